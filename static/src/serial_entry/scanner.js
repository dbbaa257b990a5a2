import { onWillUnmount, useExternalListener } from "@odoo/owl";
import { barcodeService } from "@barcodes/barcode_service";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

/**
 * What makes it a scanner: at most this many milliseconds between two keys (50 in Odoo's barcode
 * service, too), and at least this many keys. In a code of several lines it may pause longer.
 */
export const SCANNER = { pause: 50, shortest: 4, pauseBetweenLines: 100 };

/** The control characters in codes, by the key with Ctrl, and by the number with Alt. */
const [GS, RS, EOT] = ["\x1d", "\x1e", "\x04"];
const CONTROL_KEYS = { "]": GS, "^": RS, d: EOT, D: EOT };
const ALT_NUMBERS = { "029": GS, "030": RS, "004": EOT };
/** What Odoo's barcode service notes of STX and ETX, which frame a code. */
const FRAME = /Control[bcBC]|Alt00[23]/g;

/** Reads the keys that stand for the control characters in codes. */
class ControlKeys {
    digits = "";

    /** The control character that a key ends, "" for a key that belongs to one, else null. */
    read({ key, altKey, ctrlKey }) {
        if (ctrlKey && !altKey && key in CONTROL_KEYS) {
            return CONTROL_KEYS[key];
        }
        if (!altKey || ctrlKey || !/^[0-9]$/.test(key)) {
            this.digits = "";
            return null;
        }
        this.digits += key;
        if (this.digits.length < 3) {
            return "";
        }
        const sign = ALT_NUMBERS[this.digits] || "";
        this.digits = "";
        return sign;
    }
}

/** Keys that follow each other so fast that a scanner types them. */
class KeyBurst {
    keys = "";
    /** The text of the field before these keys. */
    before = "";
    /** A text that is complete: whatever is scanned behind it is another entry. */
    complete = "";
    last = -Infinity;

    /** Note a key and the *sign* that it typed. */
    note({ key, target, repeat, ctrlKey, metaKey }, sign = null) {
        const now = browser.performance.now();
        if (now - this.last > SCANNER.pause) {
            this.complete = this.isScan ? target.value : this.complete;
            this.keys = "";
            this.before = target.value;
        }
        this.last = now;
        if (!repeat && sign === null && key.length === 1 && !ctrlKey && !metaKey) {
            this.keys += key;
        }
        this.keys += sign || "";
    }

    get isScan() {
        return this.keys.length >= SCANNER.shortest;
    }
}

/** What scanners type into the entry box. */
export class BoxScans {
    burst = new KeyBurst();
    controls = new ControlKeys();

    /**
     * @param {() => void} submit enters the text of the box
     * @param {(isOn: boolean) => void} showCapsLock called with whether Caps Lock is on during a scan
     */
    constructor(submit, showCapsLock) {
        this.submit = submit;
        this.showCapsLock = showCapsLock;
    }

    /** Read a key; return whether it is part of a code and no command. */
    read(ev) {
        browser.clearTimeout(this.timer);
        const sign = this.controls.read(ev);
        this.burst.note(ev, sign);
        this.separate(ev.target);
        this.showCapsLock(this.burst.isScan && ev.getModifierState("CapsLock"));
        // Outside an envelope, Ctrl+D is the browser's.
        if (sign !== null && (sign !== EOT || isOpen(ev.target.value))) {
            type(ev.target, sign);
            return true;
        }
        if (["Enter", "Tab"].includes(ev.key) && this.burst.isScan && isOpen(ev.target.value)) {
            type(ev.target, "\n");
            this.timer = browser.setTimeout(this.submit, SCANNER.pauseBetweenLines);
            return true;
        }
        return false;
    }

    /**
     * Handle a key in the box: what belongs to a code is typed, and Enter submits.
     *
     * @param {KeyboardEvent} ev
     * @param {boolean} tabSubmits whether Tab does, too: scanners may end with it, people go on with it
     */
    onKeydown(ev, tabSubmits) {
        const isCode = this.read(ev);
        const isEnd = !ev.shiftKey && (ev.key === "Enter" || (ev.key === "Tab" && tabSubmits));
        if (isCode || isEnd) {
            ev.preventDefault();
            ev.stopPropagation();
        }
        if (isEnd && !isCode) {
            this.submit();
        }
    }

    /** Begin a line for what is scanned behind a complete text. */
    separate(field) {
        const { isScan, before, complete } = this.burst;
        if (isScan && before && before === complete && field.value.startsWith(before)) {
            this.burst.before = `${before}\n`;
            type(field, "\n", before.length, before.length, "preserve");
        }
    }

    /** Let what is scanned next be another entry than *text*. */
    complete(text) {
        this.burst.complete = text;
    }
}

/** Whether *text* ends within an envelope of ISO/IEC 15434: its line ends are the code's. */
function isOpen(text) {
    return text.includes("[)>", text.lastIndexOf(EOT) + 1);
}

/** Type *text* in place of what is selected in a field, or from *start* to *end*. */
function type(field, text, start = field.selectionStart, end = field.selectionEnd, mode = "end") {
    field.setRangeText(text, start, end, mode);
    field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Call *onScan* with a code that a scanner types into a field, and restore the text of that field.
 * Codes typed where no field has the focus come from Odoo's barcode service.
 *
 * @param {(field: HTMLElement) => boolean} isField whether codes don't belong into a field
 * @param {(code: string) => void} onScan
 * @param {(isOn: boolean) => void} [showCapsLock] as for BoxScans
 */
function useScanIntoFields(isField, onScan, showCapsLock = () => {}) {
    const burst = new KeyBurst();
    const controls = new ControlKeys();

    const onKeydown = (ev) => {
        const field = ev.target;
        if (!field.matches("input, textarea") || !isField(field)) {
            return;
        }
        const sign = controls.read(ev);
        burst.note(ev, sign);
        showCapsLock(burst.isScan && ev.getModifierState("CapsLock"));
        if (sign !== null && burst.isScan) {
            ev.preventDefault();
        } else if (["Enter", "Tab"].includes(ev.key) && burst.isScan) {
            ev.preventDefault();
            ev.stopPropagation();
            field.value = burst.before;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            onScan(burst.keys);
            burst.keys = "";
        }
    };
    useExternalListener(window, "keydown", onKeydown, { capture: true });
}

/**
 * Call *onScan* with each code that is scanned where no field has the focus, or into a field that
 * codes don't belong into.
 *
 * @param {(field: HTMLElement) => boolean} isField as for useScanIntoFields
 * @param {(code: string) => void} onScan
 * @param {(isOn: boolean) => void} [showCapsLock] as for BoxScans
 */
export function useScans(isField, onScan, showCapsLock) {
    useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => onScan(detail.barcode));
    useControlCharacters();
    useScanIntoFields(isField, onScan, showCapsLock);
}

/**
 * Call *onScan* with each code that is scanned on a form, but not into its entry box.
 *
 * @param {{ el: HTMLElement }} box what `useRef` returns for the entry box
 * @param {(code: string) => void} onScan
 * @param {(isOn: boolean) => void} showCapsLock as for BoxScans
 */
export function useScansBeside(box, onScan, showCapsLock) {
    useScans((field) => isBeside(field, box.el), onScan, showCapsLock);
}

/** Whether *field* is another field of the form that has *box*. */
function isBeside(field, box) {
    return Boolean(field !== box && box && field.closest(".o_form_view")?.contains(box));
}

/**
 * While the component is there, let Odoo's barcode service keep the control characters of codes:
 * it removes the names of the keys Control and Alt, and only "]" or "029" would be left of a GS.
 */
function useControlCharacters() {
    const unpatch = patch(barcodeService, {
        cleanBarcode(code) {
            return super.cleanBarcode(
                code
                    .replace(FRAME, "")
                    .replace(/Control([\]^dD])/g, (_keys, key) => CONTROL_KEYS[key])
                    .replace(/Alt(029|030|004)/g, (_keys, number) => ALT_NUMBERS[number]),
            );
        },
    });
    onWillUnmount(unpatch);
}

const MUTED = "serialized_parts.muted";

/** How a scan that was used sounds, one that changes nothing, and one that needs a look. */
export const TONES = {
    good: { frequency: 1200, seconds: 0.08 },
    again: { frequency: 600, seconds: 0.15 },
    bad: { frequency: 300, seconds: 0.3 },
};

/** The beeps of the entry box: high for what was assigned, low for what was not. */
export class Beeper {
    constructor() {
        this.muted = browser.localStorage.getItem(MUTED) === "1";
    }

    toggle() {
        this.muted = !this.muted;
        browser.localStorage.setItem(MUTED, this.muted ? "1" : "0");
    }

    play(isGood) {
        this.playTone(isGood ? TONES.good : TONES.bad);
    }

    /** Play one of the *TONES*. */
    playTone({ frequency, seconds }) {
        const Context = window.AudioContext;
        if (this.muted || !Context) {
            return;
        }
        this.context ||= new Context();
        const tone = this.context.createOscillator();
        tone.frequency.value = frequency;
        tone.connect(this.context.destination);
        tone.start();
        tone.stop(this.context.currentTime + seconds);
    }
}

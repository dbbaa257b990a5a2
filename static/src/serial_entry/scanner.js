import { useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

/**
 * What makes it a scanner: at most this many milliseconds between two keys (50 in Odoo's barcode
 * service, too), and at least this many keys.
 */
export const SCANNER = { pause: 50, shortest: 4 };

/**
 * Call *onScan* with a code that a scanner types into some other field of the same dialog, and
 * restore the text of that field. Codes typed where no field has the focus come from Odoo's
 * barcode service.
 *
 * @param {() => HTMLElement} getBox the field that reads codes itself
 * @param {(code: string) => void} onScan
 */
export function useScanIntoOtherFields(getBox, onScan) {
    let keys = "";
    let before = "";
    let last = -Infinity;

    const onKeydown = (ev) => {
        const field = ev.target;
        const box = getBox();
        if (field === box || !field.matches("input, textarea") || !isBeside(field, box)) {
            return;
        }
        const now = browser.performance.now();
        if (now - last > SCANNER.pause) {
            keys = "";
            before = field.value;
        }
        last = now;
        if (ev.key.length === 1 && !ev.ctrlKey && !ev.metaKey) {
            keys += ev.key;
        } else if (["Enter", "Tab"].includes(ev.key) && keys.length >= SCANNER.shortest) {
            ev.preventDefault();
            ev.stopPropagation();
            field.value = before;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            onScan(keys);
            keys = "";
        }
    };
    useExternalListener(window, "keydown", onKeydown, { capture: true });
}

function isBeside(field, box) {
    return Boolean(box && field.closest(".o_form_view")?.contains(box));
}

const MUTED = "serialized_parts.muted";

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
        const Context = window.AudioContext;
        if (this.muted || !Context) {
            return;
        }
        this.context ||= new Context();
        const tone = this.context.createOscillator();
        tone.frequency.value = isGood ? 1200 : 300;
        tone.connect(this.context.destination);
        tone.start();
        tone.stop(this.context.currentTime + (isGood ? 0.08 : 0.3));
    }
}

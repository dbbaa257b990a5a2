import { beforeEach, expect, test } from "@odoo/hoot";
import { keyDown, keyUp, manuallyDispatchProgrammaticEvent, press, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { barcodeService } from "@barcodes/barcode_service";
import { browser } from "@web/core/browser/browser";
import { contains, getService, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { BOX, PREVIEW, defineTransfers, mountTransfer } from "./transfer_helpers";
import { SCANNER } from "@serialized_parts/serial_entry/scanner";

defineTransfers([{ id: 1, note: "old" }]);

const NOTE = "[name=note] input";
const SEVERAL = { ...PREVIEW, message: "several", assigned: 3 };

/** The milliseconds that have passed: keys come at once, unless a test lets some time pass. */
let clock = 0;

beforeEach(async () => {
    patchWithCleanup(browser, { performance: { now: () => clock } });
    onRpc("transfer", "enter_in_prompt", ({ args: [, text, part, bin, , single] }) => {
        const outcome = { product_id: part, location_id: bin, entries: [], rest: "" };
        const several = single && /[,\n]/.test(text) && !text.startsWith("[)>");
        expect.step(`${several ? "preview" : "enter"} ${text}`);
        return { ...outcome, rest: several ? text : "", preview: several && SEVERAL };
    });
    onRpc("transfer", "preview_serials", () => SEVERAL);
    await mountTransfer();
});

const type = async (keys) => {
    for (const key of keys) {
        await press(key);
    }
};

/** Type *keys* as a scanner does: after a pause, and all at once. */
const scan = async (keys, ...last) => {
    clock += 2 * SCANNER.pause;
    await type([...keys, ...last]);
    await animationFrame();
};

test("a scan that stands for several units is shown before it is assigned", async () => {
    getService("barcode").bus.trigger("barcode_scanned", {
        barcode: "SN1,SN2",
        target: document.body,
    });
    await animationFrame();
    expect.verifySteps(["preview SN1,SN2"]);
    expect(BOX).toHaveValue("SN1,SN2");
    expect(".o_serial_preview").toHaveText("several");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1,SN2"]);
});

test("a scan into another field that stands for several units is shown, too", async () => {
    await contains(NOTE).focus();
    await scan("SN1,SN2", "Enter");
    expect.verifySteps(["preview SN1,SN2"]);
    expect(NOTE).toHaveValue("old");
});

test("a scan does not go on with the one before", async () => {
    await scan("sn1,sn2", "Enter");
    expect.verifySteps(["preview sn1,sn2"]);
    await scan("sn30", "Enter");
    expect.verifySteps(["preview sn1,sn2\nsn30"]);
    await scan("sn40");
    expect(BOX).toHaveValue("sn1,sn2\nsn30\nsn40");
});

test("a scanner that ends with no key types one code a line", async () => {
    await scan("sn10");
    await scan("sn20");
    await scan("sn30", "Enter");
    expect.verifySteps(["preview sn10\nsn20\nsn30"]);
});

test("what people type goes on where they stopped", async () => {
    await scan("sn10");
    await scan("@");
    await scan("r1-1a");
    expect(BOX).toHaveValue("sn10@r1-1a");
});

test("Ctrl and Alt keys type the control characters of a code", async () => {
    await scan("10lot");
    await press(["ctrl", "]"]);
    await type("21ser");
    await keyDown("Alt");
    await type("029");
    await keyUp("Alt");
    expect(BOX).toHaveValue("10lot\x1d21ser\x1d");
});

test("in another field, too", async () => {
    await contains(NOTE).focus();
    await type("10lot");
    await press(["ctrl", "]"]);
    await type("21ser");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter 10lot\x1d21ser"]);
    expect(NOTE).toHaveValue("old");
});

test("Odoo's barcode service keeps them while the prompt is open", async () => {
    expect(barcodeService.cleanBarcode("10LOTControl]21ShiftS")).toBe("10LOT\x1d21S");
    expect(barcodeService.cleanBarcode("10LOTAlt02921S")).toBe("10LOT\x1d21S");
    expect(barcodeService.cleanBarcode("ControlbSN1Controlc")).toBe("SN1");
    expect(barcodeService.cleanBarcode("Alt002SN1Alt003")).toBe("SN1");
});

test("Enter and Tab within an envelope are part of it", async () => {
    await scan("[)>06", "Enter", "s", "n", "1", "Tab");
    expect.verifySteps([]);
    await type("q1");
    await press(["ctrl", "d"]);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter [)>06\nsn1\nq1\x04"]);
});

test("an envelope without an end is entered after a pause", async () => {
    await scan("[)>06sn1", "Enter");
    expect.verifySteps([]);
    await advanceTime(SCANNER.pauseBetweenLines);
    await animationFrame();
    expect.verifySteps(["enter [)>06sn1\n"]);
});

const CAPS_LOCK = ".o_serial_caps_lock";

/** Scan *keys* into *field* with Caps Lock on. */
const scanWithCapsLock = async (field, ...keys) => {
    clock += 2 * SCANNER.pause;
    for (const key of keys) {
        await manuallyDispatchProgrammaticEvent(field, "keydown", { key, modifierCapsLock: true });
    }
    await animationFrame();
};

test("Caps Lock is noticed while a scanner types", async () => {
    const box = queryOne(BOX);
    await scanWithCapsLock(box, "a");
    expect(CAPS_LOCK).toHaveCount(0);
    await scanWithCapsLock(box, "a", "b", "c", "d", "Enter");
    expect(CAPS_LOCK).toHaveCount(1);
    expect(CAPS_LOCK).toHaveText(/Switch it off/);
});

test("it is no longer noticed once it is off", async () => {
    const box = queryOne(BOX);
    for (const next of ["CapsLock", "e"]) {
        await scanWithCapsLock(box, "a", "b", "c", "d", "Enter");
        clock += 2 * SCANNER.pause;
        await press(next);
        await animationFrame();
        expect(CAPS_LOCK).toHaveCount(0);
    }
    await scanWithCapsLock(box, "a", "b", "c", "d");
    await scan("abcd");
    expect(CAPS_LOCK).toHaveCount(0);
});

test("Caps Lock is noticed in another field, too", async () => {
    await contains(NOTE).focus();
    await scanWithCapsLock(queryOne(NOTE), "a", "b", "c", "d", "Enter");
    expect.verifySteps(["enter abcd"]);
    expect(CAPS_LOCK).toHaveCount(1);
    await scan("e");
    expect(CAPS_LOCK).toHaveCount(0);
});

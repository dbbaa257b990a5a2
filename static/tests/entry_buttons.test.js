import { expect, test } from "@odoo/hoot";
import { queryAllTexts, resize } from "@odoo/hoot-dom";
import { contains, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { BOX, defineTransfers, mountTransfer } from "./transfer_helpers";

defineTransfers([
    { id: 1, serial_done_count: 0, serial_unit_count: 2 },
    { id: 2, serial_is_scanned: true, serial_scanned_count: 0, serial_unit_count: 2 },
]);

const mountPhone = async () => {
    patchWithCleanup(browser.navigator, { mediaDevices: { getUserMedia: () => {} } });
    await resize({ width: 360, height: 720 });
    await mountTransfer();
};

test("on a phone the camera is the main button, until something waits to be assigned", async () => {
    await mountPhone();
    expect("button[name=camera]").toHaveClass("btn-primary");
    expect("button[name=camera]").toHaveText("Scan");
    expect("button[name=assign]").not.toHaveClass("btn-primary");
    await contains(BOX).edit("SN1", { confirm: false });
    expect("button[name=assign]").toHaveClass("btn-primary");
    expect("button[name=camera]").not.toHaveClass("btn-primary");
});

test("on a phone what a desk needs is in one menu", async () => {
    onRpc("transfer", "generate_serials", () => {
        expect.step("generated");
        return { entries: [] };
    });
    await mountPhone();
    expect("button[name=file]").toHaveCount(0);
    await contains("button[name=more]").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Generate", "File", "Template"]);
    await contains(".o-dropdown-item[name=generate]").click();
    expect.verifySteps(["generated"]);
});

test("at a desk every button is in sight", async () => {
    await mountTransfer();
    expect("button[name=assign]").toHaveClass("btn-primary");
    expect(["generate", "file", "template"].map((name) => `button[name=${name}]`).join()).toHaveCount(
        3,
    );
    expect("button[name=more]").toHaveCount(0);
});

test("units that are scanned have their serial number: none is generated", async () => {
    await mountTransfer(2);
    expect("button[name=file]").toHaveCount(1);
    expect("button[name=generate]").toHaveCount(0);
});

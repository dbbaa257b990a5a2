import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, setInputFiles, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, makeServerError, onRpc } from "@web/../tests/web_test_helpers";
import { BOX, PREVIEW, defineTransfers, mountTransfer } from "./transfer_helpers";

defineTransfers([{ id: 1 }]);

const NEXT = ".o_serial_next";

/** Mount the box; *sheets* are those of every file, and a file's text is its content or its sheet. */
const mountBox = async (sheets = []) => {
    onRpc("transfer", "get_file_sheets", () => sheets);
    onRpc("transfer", "read_serial_file", ({ args: [name, content, sheet] }) => {
        expect.step(["read", name, sheet].filter(Boolean).join(" "));
        return sheet || atob(content);
    });
    onRpc("transfer", "preview_serials", ({ args: [, text] }) => {
        expect.step(`preview ${text}`);
        return { ...PREVIEW, several: text.includes("\n") };
    });
    onRpc("transfer", "enter_in_prompt", ({ args: [, text, product_id, location_id] }) => {
        expect.step(`enter ${text}`);
        return { product_id, location_id, entries: [], preview: false, rest: "" };
    });
    await mountTransfer();
};

const choose = async (name, text = "") => {
    await contains("button[name=file]").click();
    await setInputFiles([new File([text], name)]);
};

test("a file of one sheet is in the box at once, with its preview", async () => {
    await mountBox(["Sheet1"]);
    await choose("list.xlsx", "SN1\nSN2\n");
    await waitFor(".o_serial_preview");
    expect(BOX).toHaveValue("SN1\nSN2");
    expect(NEXT).toHaveCount(0);
    expect(".modal").toHaveCount(0);
    expect.verifySteps(["read list.xlsx", "preview SN1\nSN2"]);
});

test("one of several sheets is chosen with the keyboard", async () => {
    await mountBox(["Stock", "Sold"]);
    await choose("list.xlsx");
    await waitFor(".modal button[name=sheet]");
    expect(queryAllTexts(".modal button[name=sheet]")).toEqual(["Stock", "Sold"]);
    expect(".modal button[name=sheet]:first").toBeFocused();
    await press("Tab");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect(BOX).toHaveValue("Sold");
    expect.verifySteps(["read list.xlsx Sold", "preview Sold"]);
});

test("a file is left alone when no sheet is chosen", async () => {
    await mountBox(["Stock", "Sold"]);
    await choose("list.xlsx");
    await waitFor(".modal button[name=sheet]");
    await contains(".modal .btn-close").click();
    expect(BOX).toHaveValue("");
    expect(NEXT).toHaveCount(0);
    expect.verifySteps([]);
});

test("what was typed is entered before a file's text, which stays a text of its own", async () => {
    await mountBox();
    await contains(BOX).edit("SN1\nSN2", { confirm: false });
    await choose("list.csv", "Serial\tBin\nSN3\tA\n\nSN4\tB\n");
    await waitFor(NEXT);
    expect(BOX).toHaveValue("SN1\nSN2");
    expect(NEXT).toHaveText("Next: list.csv, 3 lines");
    await waitFor(".o_serial_preview");
    await contains("button[name=assign]").click();
    await waitFor(".o_serial_preview");
    expect(BOX).toHaveValue("Serial\tBin\nSN3\tA\n\nSN4\tB");
    expect(NEXT).toHaveCount(0);
    expect.verifySteps([
        "read list.csv",
        "preview SN1\nSN2",
        "enter SN1\nSN2",
        "preview Serial\tBin\nSN3\tA\n\nSN4\tB",
    ]);
});

test("a file that waits comes with Enter once the box is empty, or is forgotten", async () => {
    await mountBox();
    await contains(BOX).edit("SN1", { confirm: false });
    await choose("a.csv", "SN2");
    await waitFor(NEXT);
    await choose("b.csv", "SN3");
    await expect.waitForSteps(["read a.csv", "preview SN1", "read b.csv", "preview SN1"]);
    expect(NEXT).toHaveText("Next: a.csv, 1 line");
    await contains(`${NEXT} button[name=forget_file]`).click();
    expect(NEXT).toHaveText("Next: b.csv, 1 line");
    await contains(BOX).edit("", { confirm: false });
    expect(BOX).toHaveValue("");
    await press("Enter");
    await animationFrame();
    expect(BOX).toHaveValue("SN3");
    expect(NEXT).toHaveCount(0);
    expect.verifySteps(["preview SN3"]);
});

test("what was typed stays when a file can't be read", async () => {
    expect.errors(1);
    await mountBox();
    onRpc("transfer", "read_serial_file", () => {
        throw makeServerError({ message: "a.pdf is a PDF document" });
    });
    await contains(BOX).edit("SN1", { confirm: false });
    await choose("a.pdf", "%PDF");
    await waitFor(".o_error_dialog, .o_notification, .modal");
    expect(BOX).toHaveValue("SN1");
    expect(NEXT).toHaveCount(0);
    expect.verifyErrors(["a.pdf is a PDF document"]);
});

import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { SCANNER } from "@serialized_parts/serial_entry/scanner";
import { joinBatches, splitIntoBatches } from "@serialized_parts/serial_entry/serial_entry_field";

class Transfer extends models.Model {
    _name = "transfer";
    serial_entry = fields.Text();
    serial_entry_refused = fields.Json();
    serial_units_in_stock = fields.Boolean();
    serial_entry_product_id = fields.Many2one({ relation: "res.partner" });
    serial_entry_location_id = fields.Many2one({ relation: "res.partner" });
    serial_done_count = fields.Integer();
    serial_unit_count = fields.Integer();
    note = fields.Char();
    _records = [
        { id: 1, serial_done_count: 2, serial_unit_count: 5, note: "old" },
        {
            id: 2,
            serial_entry_refused: [
                { text: "SN1", name: "SN1", status: "in_stock", message: "is here", lot_id: 7 },
                { text: "S\tN", name: "S", status: "invalid", message: "no bin", lot_id: false },
            ],
        },
        {
            id: 3,
            serial_entry_refused: [
                {
                    text: "case1",
                    name: "case1",
                    status: "invalid",
                    message: "CASE1 is in R1-1A. Is this the same unit?",
                    lot_id: false,
                    similar: "CASE1",
                    similar_text: "CASE1",
                },
            ],
        },
    ];
}

defineModels([Transfer]);
defineMailModels();

const BOX = ".o_serial_entry textarea";
const row = (serial, status = "assigned", message = "") => ({
    text: serial,
    serial,
    status,
    message,
    line_id: false,
});

/** Mount the box; *answer* says what the server makes of a text. */
const mountBox = async (answer = (text) => [row(text)], resId = 1) => {
    onRpc("transfer", "enter_in_prompt", ({ args: [, text, part, bin] }) => {
        expect.step(`enter ${text}`);
        return { product_id: part, location_id: bin, missing: 0, entries: answer(text) };
    });
    onRpc("transfer", "preview_serials", ({ args: [, text] }) => {
        expect.step(`preview ${text}`);
        return { message: "12 serials; 1 in stock", assigned: 11, refused: 1 };
    });
    await mountView({
        type: "form",
        resModel: "transfer",
        resId,
        arch: `
            <form>
                <field name="serial_entry_product_id" invisible="1"/>
                <field name="serial_entry_location_id" invisible="1"/>
                <field name="serial_entry" widget="serial_entry"/>
                <field name="note"/>
            </form>`,
    });
};

test("the box has the focus; Enter and Tab give a serial to the next unit", async () => {
    await mountBox();
    expect(BOX).toBeFocused();
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    expect(BOX).toHaveValue("");
    expect(".o_serial_said").toHaveText("SN1 assigned, 2 of 5");
    await contains(BOX).edit("SN2", { confirm: false });
    await press("Tab");
    await animationFrame();
    expect.verifySteps(["enter SN2"]);
    expect(BOX).toBeFocused();
});

test("a code scanned where no field has the focus is entered", async () => {
    await mountBox();
    getService("barcode").bus.trigger("barcode_scanned", { barcode: "SN9", target: document.body });
    await animationFrame();
    expect.verifySteps(["enter SN9"]);
});

test("a code scanned into another field is entered, and the field gets its text back", async () => {
    patchWithCleanup(SCANNER, { pause: 60_000 });
    await mountBox();
    await contains("[name=note] input").focus();
    for (const key of "SN12345") {
        await press(key);
    }
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN12345"]);
    expect("[name=note] input").toHaveValue("old");
});

test("several units are shown before they are assigned", async () => {
    await mountBox();
    await contains(BOX).edit("SN8*12", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["preview SN8*12"]);
    expect(".o_serial_preview").toHaveText("12 serials; 1 in stock");
    expect("button[name=assign]").toHaveText("Assign 11");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN8*12"]);
    expect(".o_serial_preview").toHaveCount(0);
});

test("scans that come faster than the server answers are kept in order", async () => {
    await mountBox();
    const bus = getService("barcode").bus;
    for (const barcode of ["SN1", "SN2", "SN3"]) {
        bus.trigger("barcode_scanned", { barcode, target: document.body });
    }
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["enter SN1", "enter SN2", "enter SN3"]);
});

test("refused entries stay in sight with their remedies", async () => {
    await mountBox(undefined, 2);
    expect(queryAllTexts(".o_serial_refused li span")).toEqual(["SN1:is here", "S:no bin"]);
    expect(".o_serial_refused button[name=use_similar]").toHaveCount(0);
    expect(".o_serial_refused button[name=open]").toHaveCount(1);
    await contains(".o_serial_refused li:eq(1) button[name=correct]").click();
    expect(BOX).toHaveValue("S\tN");
    expect(".o_serial_refused li").toHaveCount(1);
    await contains(".o_serial_refused button[name=forget]").click();
    expect(".o_serial_refused").toHaveCount(0);
});

test("a serial number in another letter case is asked about", async () => {
    onRpc("transfer", "answer_similar", ({ args: [, text, isNew] }) => {
        expect.step(`${isNew ? "new" : "use"} ${text}`);
        return { product_id: 1, location_id: false, missing: 0, entries: [row("CASE1")] };
    });
    await mountBox(undefined, 3);
    expect(queryAllTexts(".o_serial_refused button[name=use_similar]")).toEqual(["Use CASE1"]);
    await contains(".o_serial_refused button[name=is_new]").click();
    expect.verifySteps(["new case1"]);
    await contains(".o_serial_refused button[name=use_similar]").click();
    expect.verifySteps(["use case1"]);
    expect(".o_serial_said").toHaveText("CASE1 assigned, 0 of 0");
    expect(BOX).toBeFocused();
});

test("long work shows its progress, and what is cancelled is back in the box", async () => {
    const wait = new Deferred();
    let calls = 0;
    onRpc("transfer", "enter_in_prompt", async () => {
        calls += 1;
        await wait;
        return { product_id: false, location_id: false, missing: 0, entries: [row("L1")] };
    });
    await mountView({
        type: "form",
        resModel: "transfer",
        resId: 1,
        arch: `<form><field name="serial_entry" widget="serial_entry"/></form>`,
    });
    onRpc("transfer", "preview_serials", () => ({ message: "many", assigned: 500, refused: 0 }));
    const lines = Array.from({ length: 1200 }, (_unused, index) => `L${index + 1}`);
    await contains(BOX).fill(lines.join("\n"), { instantly: true, confirm: false });
    await contains("button[name=assign]").click();
    await animationFrame();
    expect(".o_serial_preview").toHaveText("many (and 700 more lines)");
    await contains("button[name=assign]").click();
    await animationFrame();
    expect(".o_serial_progress [role=progressbar]").toHaveAttribute("aria-valuemax", "3");
    await contains("button[name=cancel]").click();
    wait.resolve();
    await animationFrame();
    expect(calls).toBe(1);
    expect(BOX).toHaveValue(lines.slice(500).join("\n"));
    expect(".o_serial_progress").toHaveCount(0);
});

test("what the server could not take is back in the box", async () => {
    expect.errors(1);
    await mountBox(() => {
        throw makeServerError({ message: "The transfer is done" });
    });
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    await waitFor(".o_error_dialog, .o_notification, .modal");
    expect(BOX).toHaveValue("SN1");
    expect.verifyErrors(["The transfer is done"]);
});

describe("batches", () => {
    test("a table keeps its header in each batch, and once when joined", () => {
        const batches = splitIntoBatches("Serial\tBin\nA\t1\n\nB\t2\nC\t3", 2);
        expect(batches).toEqual(["Serial\tBin\nA\t1\nB\t2", "Serial\tBin\nC\t3"]);
        expect(joinBatches(batches)).toBe("Serial\tBin\nA\t1\nB\t2\nC\t3");
    });

    test("plain lines are split and joined", () => {
        expect(splitIntoBatches("A\nB\nC", 2)).toEqual(["A\nB", "C"]);
        expect(joinBatches(["A\nB", "C"])).toBe("A\nB\nC");
    });
});

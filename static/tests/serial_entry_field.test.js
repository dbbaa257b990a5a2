import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    MockServer,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { BOX, PREVIEW, defineTransfers, mountTransfer } from "./transfer_helpers";
import { SCANNER } from "@serialized_parts/serial_entry/scanner";

defineTransfers([
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
]);

const row = (serial, status = "assigned", message = "") => ({
    text: serial,
    serial,
    status,
    message,
    line_id: false,
});

/**
 * Mount the box; *answer* returns what the server makes of a text. A star in a text stands for
 * several units, and a vertical bar ends a step.
 */
const mountBox = async (answer = (text) => [row(text)], resId = 1) => {
    onRpc("transfer", "enter_in_prompt", async ({ args: [, sent, part, bin, , single] }) => {
        const outcome = { product_id: part, location_id: bin, preview: false, rest: "" };
        if (single && sent.includes("*")) {
            expect.step(`preview ${sent}`);
            return { ...outcome, entries: [], rest: sent, preview: PREVIEW };
        }
        const [text, ...others] = sent.split("|");
        expect.step(`enter ${text}`);
        return { ...outcome, entries: await answer(text), rest: others.join("|") };
    });
    onRpc("transfer", "preview_serials", ({ args: [, text] }) => {
        expect.step(`preview ${text}`);
        const [, ...others] = text.split("|");
        return { ...PREVIEW, several: /[*|]/.test(text), more: others.length };
    });
    await mountTransfer(resId);
};

test("the box has the focus; Enter and Tab give a serial to the next unit", async () => {
    await mountBox();
    expect(BOX).toBeFocused();
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    expect(BOX).toHaveValue("");
    expect(".o_serial_message").toHaveText("SN1 assigned, 2 of 5");
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

test("several units are previewed before they are assigned", async () => {
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

test("a text left in the box for a while is previewed if it is for several", async () => {
    await mountBox();
    await contains(BOX).edit("SN8", { confirm: false });
    await advanceTime(400);
    expect.verifySteps(["preview SN8"]);
    expect(".o_serial_preview").toHaveCount(0);
    await contains(BOX).edit("SN8*12", { confirm: false });
    await advanceTime(400);
    await animationFrame();
    expect.verifySteps(["preview SN8*12"]);
    expect(".o_serial_preview").toHaveText("12 serials; 1 in stock");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN8*12"]);
});

test("a preview that comes after its text was entered is ignored", async () => {
    const wait = new Deferred();
    await mountBox();
    onRpc("transfer", "preview_serials", () => wait.then(() => PREVIEW));
    await contains(BOX).edit("SN8", { confirm: false });
    await advanceTime(400);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN8"]);
    wait.resolve();
    await animationFrame();
    expect(".o_serial_preview").toHaveCount(0);
});

test("Enter on an empty box does nothing, and blanks are not a text", async () => {
    await mountBox();
    for (const blanks of ["", "  ", "\n\n"]) {
        await contains(BOX).edit(blanks, { confirm: false });
        await press("Enter");
        await advanceTime(400);
        expect(BOX).toHaveValue(blanks);
        expect("button[name=assign]").not.toBeEnabled();
    }
    expect.verifySteps([]);
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    expect(BOX).toHaveValue("");
});

test("what is typed during a preview stays behind it", async () => {
    const wait = new Deferred();
    await mountBox(() => wait.then(() => [row("SN1")]));
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await contains(BOX).edit("SN8*12", { confirm: false });
    await press("Enter");
    await contains(BOX).edit("SN30", { confirm: false });
    wait.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["enter SN1", "preview SN8*12"]);
    expect(BOX).toHaveValue("SN8*12\nSN30");
    expect(".o_serial_preview").toHaveCount(0);
});

test("what people should know about an entered serial number is shown", async () => {
    await mountBox((text) => [row(text, "assigned", "is new.")]);
    await contains(BOX).edit("SN1", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    expect(".o_serial_message").toHaveText("SN1 assigned, 2 of 5. SN1 is new.");
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

test("a scan that comes while the transfer is read again is not forgotten", async () => {
    const wait = new Deferred();
    await mountBox();
    const bus = getService("barcode").bus;
    onRpc("transfer", "web_read", () => wait);
    bus.trigger("barcode_scanned", { barcode: "SN1", target: document.body });
    await animationFrame();
    bus.trigger("barcode_scanned", { barcode: "SN2", target: document.body });
    await animationFrame();
    expect.verifySteps(["enter SN1"]);
    wait.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["enter SN2"]);
});

test("refused entries stay in sight with their remedies", async () => {
    onRpc("transfer", "forget_refused", ({ args: [ids, text] }) => {
        const transfers = MockServer.env["transfer"];
        const [{ serial_entry_refused: rows }] = transfers.browse(ids);
        const left = rows.filter((row) => row.text !== text);
        return transfers.write(ids, { serial_entry_refused: left });
    });
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
    expect(".o_serial_message").toHaveText("CASE1 assigned, 0 of 0");
    expect(BOX).toBeFocused();
});

test("long work shows its progress, and what is cancelled is back in the box", async () => {
    let wait = new Deferred();
    await mountBox(() => wait.then(() => [row("L1")]));
    await contains(BOX).fill("L1|L2|L3", { instantly: true, confirm: false });
    await advanceTime(400);
    await animationFrame();
    expect(".o_serial_preview").toHaveText("12 serials; 1 in stock (and 2 more lines)");
    await contains("button[name=assign]").click();
    await animationFrame();
    const bar = ".o_serial_progress [role=progressbar]";
    expect(bar).toHaveAttribute("aria-valuemax", "8");
    expect(bar).toHaveAttribute("aria-valuenow", "0");
    wait.resolve();
    wait = new Deferred();
    await animationFrame();
    await animationFrame();
    expect(bar).toHaveAttribute("aria-valuemax", "8");
    expect(bar).toHaveAttribute("aria-valuenow", "3");
    await contains("button[name=cancel]").click();
    wait.resolve();
    await animationFrame();
    expect.verifySteps(["preview L1|L2|L3", "enter L1", "enter L2"]);
    expect(BOX).toHaveValue("L3");
    expect(".o_serial_progress").toHaveCount(0);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["enter L3"]);
});

test("what is left of a list is entered as the server left it", async () => {
    await mountBox();
    const bus = getService("barcode").bus;
    bus.trigger("barcode_scanned", { barcode: "L1|L2|L3", target: document.body });
    bus.trigger("barcode_scanned", { barcode: "SN1", target: document.body });
    await animationFrame();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["enter L1", "enter L2", "enter L3", "enter SN1"]);
    expect(BOX).toHaveValue("");
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

test("people choose which column is which, and agree before anything is assigned", async () => {
    const column = (header, guess) => ({ header, samples: ["x", "y"], guess });
    const describe = (columns) => ({
        columns: [
            column("Pos.", columns.serial === 0 && "serial"),
            column("Unit", columns.serial === 1 && "serial"),
            column("Where", columns.location === 2 && "location"),
        ],
        choices: [
            ["serial", "Serial Number"],
            ["location", "Location"],
        ],
        header_row: 0,
        first_line: 0,
        sure: false,
    });
    await mountBox();
    onRpc("transfer", "preview_serials", ({ args: [, , , , , columns] }) => {
        expect.step(`preview ${JSON.stringify(columns)}`);
        return { ...PREVIEW, several: true, table: describe(columns || { serial: 0 }) };
    });
    onRpc("transfer", "enter_in_prompt", ({ args }) => {
        expect.step(`enter ${JSON.stringify(args.at(-1))}`);
        return { product_id: 1, location_id: 2, preview: false, rest: "", entries: [row("U1")] };
    });
    await contains(BOX).edit("Pos.;Unit;Where\n1;U1;A", { confirm: false });
    await advanceTime(400);
    await animationFrame();
    expect.verifySteps(["preview null"]);
    expect("select[name=column_0]").toHaveValue("serial");
    await contains("select[name=column_1]").select("serial");
    await contains("select[name=column_2]").select("location");
    expect.verifySteps([
        'preview {"header_row":0,"serial":1}',
        'preview {"header_row":0,"serial":1,"location":2}',
    ]);
    expect("select[name=column_0]").toHaveValue("");
    await contains("button[name=assign]").click();
    expect.verifySteps(['enter {"header_row":0,"serial":1,"location":2}']);
    expect(".o_serial_columns").toHaveCount(0);
});

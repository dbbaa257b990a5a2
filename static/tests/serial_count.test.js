import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
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
import { getAnswer } from "@serialized_parts/serial_count/answers";
import { STEP, splitSteps } from "@serialized_parts/serial_count/scan_steps";
import { Beeper } from "@serialized_parts/serial_entry/scanner";

class Tally extends models.Model {
    _name = "tally";
    scan_text = fields.Text();
    note = fields.Char();
    _records = [
        { id: 1, note: "old" },
        { id: 2, scan_text: "LEFT1" },
    ];
}
defineModels([Tally]);
defineMailModels();

const BOX = ".o_serial_count textarea";
const ANSWER = ".o_serial_count_answer";
const row = (serial, status = "here", message = "") => ({ text: serial, serial, status, message });
const [SN1, SN2] = [row("SN1"), row("SN2", "misplaced", "belongs in R1-1B")];
const screen = (...rows) => ({
    bin: { id: 7, name: "R1-1A", found: rows.length, counted: rows.length, expected: 15 },
    rows: rows.map((values, index) => ({ id: index + 1, ...values })),
    more: 0,
});
const EMPTY = { bin: false, rows: [], more: 0 };

/** Mount a count; *answer* returns what the server makes of a text: rows, and the screen. */
async function mountCount(answer = () => [[SN1], screen(SN1)], resId = 1, shown = EMPTY) {
    onRpc("tally", "read_table", () => ({ columns: [], sure: true }));
    onRpc("tally", "scan_on_screen", async ({ args: [, text, asNew, columns] }) => {
        expect.step(`scan ${text.split("\n").length > 2 ? "a list" : text}`);
        if (columns) {
            expect.step(columns);
        }
        const [entries, after] = await answer(text, asNew);
        return { entries, screen: after };
    });
    onRpc("tally", "read_screen", () => shown);
    patchWithCleanup(Beeper.prototype, {
        playTone: ({ frequency }) => expect.step(`beep ${frequency}`),
    });
    await mountView({
        type: "form",
        resModel: "tally",
        resId,
        arch: `<form><field name="scan_text" widget="serial_count"/><field name="note"/></form>`,
    });
}

const scan = async (code) => {
    getService("barcode").bus.trigger("barcode_scanned", { barcode: code, target: document.body });
    await animationFrame();
};

test("before the first scan, it says what to scan", async () => {
    await mountCount();
    expect(BOX).toBeFocused();
    expect(".o_serial_count_bin").toHaveText("Scan a bin, then everything in it");
    expect(ANSWER).toHaveCount(0);
});

test("each scan is answered by color, word and beep", async () => {
    const answers = {
        "R1-1A": [{ text: "R1-1A", serial: "", status: "location", message: "R1-1A" }],
        SN1: [SN1],
        SN2: [SN2],
        SN3: [row("SN3", "gone", "sold to Lakeside Garage")],
        SN4: [row("SN4", "unknown", "unknown")],
        SN5: [row("SN5", "counted", "already counted")],
    };
    await mountCount((text) => [answers[text], screen()]);
    for (const [code, color, text, beep] of [
        ["R1-1A", "info", "R1-1A", 1200],
        ["SN1", "success", "SN1 – here", 1200],
        ["SN2", "warning", "SN2 – belongs in R1-1B", 300],
        ["SN3", "danger", "SN3 – sold to Lakeside Garage", 300],
        ["SN4", "danger", "SN4 – unknown", 300],
        ["SN5", "secondary", "SN5 – already counted", 600],
    ]) {
        await scan(code);
        expect.verifySteps([`scan ${code}`, `beep ${beep}`]);
        expect(ANSWER).toHaveClass(`alert-${color}`);
        expect(ANSWER).toHaveText(text);
    }
});

test("the bin, how many were counted in it, and what, the newest first", async () => {
    await mountCount(undefined, 1, screen(SN2, SN1));
    await animationFrame();
    expect(".o_serial_count_bin strong").toHaveText("R1-1A");
    expect(".o_serial_count_found").toHaveText("2 of 15 counted");
    expect(queryAllTexts(".o_serial_count_rows li")).toEqual([
        "SN2\nbelongs in R1-1B",
        "SN1\nhere",
    ]);
    expect(".o_serial_count_rows li:first").toHaveClass("list-group-item-warning");
});

test("a blind count doesn't say how many are expected", async () => {
    const blind = screen(SN1);
    blind.bin.expected = false;
    await mountCount(undefined, 1, blind);
    await animationFrame();
    expect(".o_serial_count_found").toHaveText("1 counted");
});

test("Enter and Tab count what is in the box; Tab leaves an empty one", async () => {
    await mountCount();
    for (const key of ["Enter", "Tab"]) {
        await contains(BOX).edit("SN1", { confirm: false });
        await press(key);
        await animationFrame();
        expect.verifySteps(["scan SN1", "beep 1200"]);
        expect(BOX).toHaveValue("");
    }
    await press("Tab");
    expect(BOX).not.toBeFocused();
    expect.verifySteps([]);
});

test("a list is counted in steps; its answer sums them up", async () => {
    await mountCount((text) => [text.split("\n").map((name) => row(name)), screen()]);
    const names = Array.from({ length: 2 * STEP }, (_unused, index) => `SN${index}`);
    await contains(BOX).edit(names.join("\n"), { confirm: false, instantly: true });
    await contains("button[name=count]").click();
    await animationFrame();
    expect.verifySteps(["scan a list", "beep 1200", "scan a list", "beep 1200"]);
    expect(ANSWER).toHaveText("2000 here");
});

test("a list that is cancelled goes on later with what is left", async () => {
    const first = new Deferred();
    await mountCount(async () => {
        await first;
        return [[SN1], screen(SN1)];
    });
    const names = Array.from({ length: STEP + 1 }, (_unused, index) => `SN${index}`);
    await contains(BOX).edit(names.join("\n"), { confirm: false, instantly: true });
    await contains("button[name=count]").click();
    expect(".progress").toHaveAttribute("aria-valuemax", "2");
    await contains("button[name=cancel]").click();
    first.resolve();
    await animationFrame();
    expect.verifySteps(["scan a list", "beep 1200"]);
    expect(BOX).toHaveValue(`SN${STEP}`);
    expect(".progress").toHaveCount(0);
});

test("scans that come while one is counted follow it", async () => {
    const first = new Deferred();
    await mountCount(async (text) => {
        await (text === "SN1" && first);
        return [[row(text)], screen()];
    });
    await scan("SN1");
    await scan("SN2");
    expect.verifySteps(["scan SN1"]);
    first.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["beep 1200", "scan SN2", "beep 1200"]);
    expect(ANSWER).toHaveText("SN2 – here");
});

test("what could not be counted is back in the box, and saved with the form", async () => {
    expect.errors(1);
    await mountCount(() => {
        throw makeServerError({ message: "No connection" });
    });
    await scan("SN1");
    expect(BOX).toHaveValue("SN1");
    onRpc("tally", "web_save", ({ args: [, values] }) => expect.step(values.scan_text));
    await contains("[name=note] input").edit("new");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["scan SN1", "SN1"]);
    expect.verifyErrors(["No connection"]);
});

test("what was left in the box is there again", async () => {
    await mountCount(undefined, 2);
    expect(BOX).toHaveValue("LEFT1");
});

test("the first scan saves a new count", async () => {
    await mountCount(undefined, false);
    onRpc("tally", "web_save", () => expect.step("save"));
    await scan("SN1");
    await animationFrame();
    expect.verifySteps(["save", "scan SN1", "beep 1200"]);
    expect(ANSWER).toHaveText("SN1 – here");
});

const ASKED = {
    ...row("sn1", "invalid", "SN1 is in R1-1A. Is this the same unit?"),
    similar: "SN1",
};

test("what was refused stays in sight, and is asked about", async () => {
    await mountCount((text) => [text === "sn1" ? [ASKED] : [row(text)], screen()]);
    await scan("sn1");
    expect(ANSWER).toHaveClass("alert-danger");
    expect(".o_serial_refused li").toHaveText(/Is this the same unit/);
    await contains("[name=use_similar]").click();
    await animationFrame();
    expect.verifySteps(["scan sn1", "beep 300", "scan SN1", "beep 1200"]);
    expect(".o_serial_refused").toHaveCount(0);
});

test("what was refused can be meant as it is", async () => {
    await mountCount((text, asNew) => [[asNew ? row(text, "unknown") : ASKED], screen()]);
    await scan("sn1");
    await contains("[name=is_new]").click();
    await animationFrame();
    expect.verifySteps(["scan sn1", "beep 300", "scan sn1", "beep 300"]);
    expect(".o_serial_refused").toHaveCount(0);
});

test("what was refused can be corrected, or forgotten, and is kept until then", async () => {
    await mountCount((text) => [[row(text, "invalid", "too long")], screen()]);
    await scan("SN1");
    await scan("SN1");
    await scan("SN2");
    expect(".o_serial_refused li").toHaveCount(2);
    onRpc("tally", "web_save", ({ args: [, values] }) => expect.step(values.scan_text));
    await contains("[name=note] input").edit("new");
    await contains(".o_form_button_save").click();
    await contains("[name=correct]:first").click();
    expect(BOX).toHaveValue("SN1");
    await contains("[name=forget]").click();
    expect(".o_serial_refused").toHaveCount(0);
    const beeps = ["scan SN1", "beep 300", "scan SN1", "beep 300", "scan SN2", "beep 300"];
    expect.verifySteps([...beeps, "SN1\nSN2"]);
});

test("what was changed on the count is saved before the next scan", async () => {
    await mountCount();
    onRpc("tally", "web_save", ({ args: [, values] }) => expect.step(`save ${values.note}`));
    await contains("[name=note] input").edit("new");
    await scan("SN1");
    expect.verifySteps(["save new", "scan SN1", "beep 1200"]);
});

test("a bin is closed", async () => {
    await mountCount(undefined, 1, screen(SN1));
    onRpc("tally", "close_bin_on_screen", ({ args: [, bin] }) => {
        expect.step(`close ${bin}`);
        return { message: "R1-1A closed: 1 missing", screen: EMPTY };
    });
    await animationFrame();
    await contains("button[name=close_bin]").click();
    expect.verifySteps(["close 7"]);
    expect(ANSWER).toHaveText("R1-1A closed: 1 missing");
    expect(".o_serial_count_bin").toHaveText("Next bin: scan it");
});

test("the answer to a list has the color of its worst row", async () => {
    await mountCount();
    const rows = [SN1, SN1, row("SN5", "counted"), SN2];
    const { name, color } = getAnswer(rows);
    expect(name).toBe("2 here, 1 already counted, 1 belong elsewhere");
    expect(color).toBe("warning");
    expect(getAnswer([...rows, row("x", "invalid", "too long")]).color).toBe("danger");
    expect(getAnswer([])).toBe(null);
});

test("a list with columns, and a code of several lines, stay whole", () => {
    const lines = Array(STEP + 1).fill("SN");
    expect(splitSteps(lines.join("\n")).length).toBe(2);
    expect(splitSteps(lines.map((line) => `${line}\tR1-1A`).join("\n")).length).toBe(1);
    expect(splitSteps(["[)>06", ...lines].join("\n")).length).toBe(1);
});

test("a list whose columns nobody knows is asked about", async () => {
    const read = (guesses) => ({
        columns: guesses.map((guess, index) => ({ header: `C${index}`, samples: ["x"], guess })),
        header_row: 0,
        first_line: 0,
        above: [],
        sure: false,
        choices: [
            ["serial", "Serial Number"],
            ["location", "Location"],
        ],
    });
    await mountCount();
    onRpc("tally", "read_table", ({ args: [, , columns] }) =>
        read(columns ? [false, "serial"] : ["serial", false]),
    );
    await contains(BOX).edit("C0;C1\nx;y\nx;y", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect(".o_serial_columns select:eq(0)").toHaveValue("serial");
    expect.verifySteps([]);
    await contains(".o_serial_columns select:eq(1)").select("serial");
    expect(".o_serial_columns select:eq(1)").toHaveValue("serial");
    expect(BOX).toHaveValue("C0;C1\nx;y\nx;y");
    await contains("button[name=count]").click();
    expect.verifySteps(["scan a list", { header_row: 0, serial: 1 }, "beep 1200"]);
    expect(".o_serial_columns").toHaveCount(0);
});

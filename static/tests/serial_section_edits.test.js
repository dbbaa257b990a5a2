import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { clickSave, contains, MockServer, onRpc } from "@web/../tests/web_test_helpers";
import { ANSWER, DEFAULTS, SERIAL, TITLE, defineParts, mountPart } from "./part_helpers";

defineParts();

const stepEdits = () =>
    onRpc("product.template", "web_save", ({ args }) => {
        expect.step(args[1]);
        args[1].serial_edits = false;
    });

test("the defaults are a row of the table and a field of the form", async () => {
    onRpc("product.template", "web_save", ({ args }) => {
        const { default_serial_answers: saved, serial_edits: edits } = args[1];
        expect(edits).toBe(undefined);
        expect.step(saved.map(({ name, value }) => `${name}: ${value}`).join(", "));
    });
    await mountPart();
    await contains(DEFAULTS).click();
    expect(TITLE).toHaveText("Custom fields – Default Serial Q&A");
    expect(DEFAULTS).toHaveClass("table-active");
    expect(ANSWER("mileage")).toHaveValue("50");
    expect(".o_serial_location").toHaveCount(0);
    await contains(ANSWER("remark")).edit("clean");
    await clickSave();
    expect.verifySteps(["mileage: 50, remark: clean"]);
});

test("a required field may stay unanswered among the defaults", async () => {
    await mountPart();
    await contains(DEFAULTS).click();
    await contains(ANSWER("mileage")).edit("");
    expect(ANSWER("mileage")).toHaveValue("");
    expect(".o_serial_answer_open").toHaveCount(0);
});

test("what was edited is saved with the form, and nothing else", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    await contains(".o_serial_location input").edit("R1-1B", { confirm: false });
    await advanceTime(500);
    await contains(".o-autocomplete--dropdown-item:contains(R1-1B)").click();
    expect(SERIAL("SN02")).toHaveText(/R1-1B/);
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    expect(".o_form_status_indicator_buttons").not.toHaveClass("invisible");
    await clickSave();
    expect.verifySteps([
        { serial_edits: { 1: { serial_answers: { mileage: 7 } }, 2: { location_id: 2 } } },
    ]);
    expect(".o_form_status_indicator_buttons").toHaveClass("invisible");
});

test("an answer that is taken back is saved as none", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("");
    await clickSave();
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: { mileage: null } } } }]);
});

test("edits are there again after a look at another page", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(".o_serial_section .o_pager_next").click();
    expect(TITLE).toHaveText("Custom fields – SN41");
    await contains(ANSWER("mileage")).edit("8");
    await contains(".o_serial_section .o_pager_previous").click();
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    await clickSave();
    const edit = (mileage) => ({ serial_answers: { mileage } });
    expect.verifySteps([{ serial_edits: { 1: edit(7), 41: edit(8) } }]);
});

test("what somebody else answered meanwhile is not put back", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    const [serial] = MockServer.env["stock.lot"];
    serial.serial_answers = { mileage: 0, remark: "clean" };
    await contains(".o_serial_section .o_pager_next").click();
    await contains(".o_serial_section .o_pager_previous").click();
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    expect(ANSWER("remark")).toHaveValue("clean");
    await clickSave();
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: { mileage: 7 } } } }]);
});

test("Discard takes everything back", async () => {
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(".o_form_button_cancel").click();
    await animationFrame();
    await animationFrame();
    expect(ANSWER("mileage")).toHaveValue("0");
    expect(".o_form_status_indicator_buttons").toHaveClass("invisible");
});

test("a row with an invalid answer can't be left, and says so", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("many");
    for (const target of [
        `${SERIAL("SN02")} td:eq(0)`,
        DEFAULTS,
        ".o_serial_section .o_pager_next",
    ]) {
        await contains(target).click();
        expect(TITLE).toHaveText("Custom fields – SN01");
        expect(ANSWER("mileage")).toHaveValue("many");
        expect(".o_notification:contains(Correct the custom fields of SN01)").toHaveCount(1);
    }
    expect(".o_form_button_save").not.toBeEnabled();
    await contains(ANSWER("remark")).edit("clean");
    expect(".o_form_button_save").not.toBeEnabled();
    await contains(ANSWER("mileage")).edit("12");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN02");
    await clickSave();
    const saved = { mileage: 12, remark: "clean" };
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: saved } } }]);
});

test("Discard ends an invalid answer", async () => {
    await mountPart();
    await contains(ANSWER("mileage")).edit("many");
    await contains(".o_form_button_cancel").click();
    await animationFrame();
    await animationFrame();
    expect(ANSWER("mileage")).toHaveValue("0");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN02");
});

test("a location can't be emptied", async () => {
    await mountPart();
    await contains(".o_serial_location input").edit("", { confirm: "tab" });
    await animationFrame();
    expect(".o_serial_location [role=alert]").toHaveCount(1);
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN01");
});

test("a unit without a location can't be moved", async () => {
    await mountPart();
    await contains(".o_serial_section .o_pager_next").click();
    await contains(`${SERIAL("SN50")} td:eq(0)`).click();
    expect(".o_serial_location input").toHaveCount(0);
    expect(ANSWER("mileage")).toHaveCount(1);
});

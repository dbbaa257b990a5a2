import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, onRpc, serverState } from "@web/../tests/web_test_helpers";
import { ANSWER, DEFAULTS, SERIAL, Serial, TITLE, defineParts, mountPart } from "./part_helpers";

defineParts();

const stepSearches = () =>
    onRpc("stock.lot", "web_search_read", ({ kwargs }) => {
        const { domain, limit, offset, order } = kwargs;
        const filters = domain.filter(([name]) => ["is_on_hand", "name"].includes(name));
        expect.step({ filters, limit, offset, order });
    });

test("a click selects a row and shows its fields in the box", async () => {
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN01");
    await contains(`${SERIAL("SN03")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN03");
    expect(SERIAL("SN03")).toHaveClass("table-active");
    expect(".table-active:not(th)").toHaveCount(1);
    expect(ANSWER("mileage")).toHaveValue("2");
});

test("the first row with answers missing is selected, and stays when it is answered", async () => {
    Serial._records[4].answers_missing = "Mileage";
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN05");
    await contains(ANSWER("mileage")).edit("7");
    expect(TITLE).toHaveText("Custom fields – SN05");
});

test("arrow keys select rows, from a cell, a row and the defaults", async () => {
    await mountPart();
    await contains(`${SERIAL("SN02")} td:eq(0)`).focus();
    for (const [key, title] of [
        ["ArrowDown", "SN03"],
        ["ArrowUp", "SN02"],
        ["ArrowUp", "SN01"],
        ["ArrowUp", "Default Serial Q&A"],
        ["ArrowDown", "SN01"],
    ]) {
        await press(key);
        await animationFrame();
        expect(TITLE).toHaveText(`Custom fields – ${title}`);
    }
    expect(SERIAL("SN01")).toBeFocused();
    expect("tbody tr[tabindex='0']").toHaveCount(1);
    await press("Enter");
    expect(queryOne(".o_serial_box").contains(document.activeElement)).toBe(true);
});

test("Enter on a header sorts, on the server", async () => {
    await mountPart();
    stepSearches();
    await contains("th[data-name=name]").focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([{ filters: [], limit: 40, offset: 0, order: "name DESC, id ASC" }]);
    expect(".o_data_row:eq(0)").toHaveText(/SN50/);
});

test("pages, sizes and filters are asked of the server", async () => {
    stepSearches();
    await mountPart();
    expect(".o_data_row").toHaveCount(40);
    expect(".o_serial_section .o_pager_counter").toHaveText("1-40 / 50");
    await contains(".o_serial_section .o_pager_next").click();
    expect(queryAllTexts(".o_data_row td:first-child").at(0)).toBe("SN41");
    await contains(".o_serial_limit").select("80");
    expect(".o_data_row").toHaveCount(50);
    await contains(".o_serial_filter button:contains(On Hand)").click();
    expect(".o_data_row").toHaveCount(45);
    await contains(".o_serial_search").edit("SN4", { confirm: false });
    await advanceTime(500);
    await animationFrame();
    expect(".o_data_row").toHaveCount(6);
    const order = "name ASC, id ASC";
    const onHand = ["is_on_hand", "=", true];
    expect.verifySteps([
        { filters: [], limit: 40, offset: 0, order },
        { filters: [], limit: 40, offset: 40, order },
        { filters: [], limit: 80, offset: 0, order },
        { filters: [onHand], limit: 80, offset: 0, order },
        { filters: [onHand, ["name", "ilike", "SN4"]], limit: 80, offset: 0, order },
    ]);
});

test("people who can't edit the part can select, page and read", async () => {
    await mountPart(1, 'edit="0"');
    await contains(`${SERIAL("SN03")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN03");
    expect(".o_serial_answer[name=remark]").toHaveText(/rusty/);
    expect(".o_serial_box :is(input, select)").toHaveCount(0);
    await contains(".o_serial_section .o_pager_next").click();
    expect(TITLE).toHaveText("Custom fields – SN41");
});

test("an empty table has the defaults, and says so", async () => {
    serverState.userId = 7;
    await mountPart(3);
    await animationFrame();
    expect(".o_data_row").toHaveCount(0);
    expect(".o_serial_section tbody").toHaveText(/No serial numbers yet/);
    expect(".o_serial_progress").toHaveText("No units on hand.");
    expect(TITLE).toHaveText("Custom fields – Default Serial Q&A");
    expect(".o_serial_box").toHaveText(/No custom fields are set up for Tools\./);
    expect(".o_serial_box button:contains(Set them up)").toHaveCount(1);
});

test("a search that finds nothing says so", async () => {
    await mountPart();
    await contains(".o_serial_search").edit("nothing", { confirm: false });
    await advanceTime(500);
    await animationFrame();
    expect(".o_serial_section tbody").toHaveText(/No serial number matches/);
    expect(DEFAULTS).toHaveCount(1);
});

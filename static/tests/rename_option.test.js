import { expect, test } from "@odoo/hoot";
import { Component, xml } from "@odoo/owl";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { ImportDataSidepanel } from "@base_import/import_data_sidepanel/import_data_sidepanel";
import { useImportModel } from "@base_import/import_model";
import { defineParts } from "./part_helpers";

defineParts();

const KEPT = {
    type: "warning",
    field: "name",
    rows: { from: 1, to: 1 },
    message: "00123 was not renamed to 123",
    kept_name: "00123",
};

/** Return the import dialog's model for *resModel*; the server answers with *messages*. */
async function prepareImport(messages = [KEPT], resModel = "stock.lot") {
    onRpc("base_import.import", "execute_import", ({ args, kwargs }) => {
        expect.step(`rename: ${args[3].rename_serials}, test: ${kwargs.dryrun}`);
        const isRefused = messages.some(({ type }) => type === "error");
        return { ids: isRefused ? false : [1, 2], messages, nextrow: 0, name: [] };
    });
    class Dialog extends Component {
        static template = xml`<div/>`;
        static props = [];
        setup() {
            this.model = useImportModel({ env: this.env, context: {} });
            this.model.setResModel(resModel);
        }
    }
    return (await mountWithCleanup(Dialog)).model;
}

test("what was not renamed is listed, and the dialog stays open", async () => {
    const model = await prepareImport();
    const { res } = await model.executeImport(false, 1);
    expect.verifySteps(["rename: false, test: false"]);
    expect(model.importMessages).toEqual([
        {
            type: "warning",
            lines: [
                "Everything else was imported. Serial numbers that were not renamed: 1.",
                "To rename them, tick 'Rename Serial Numbers' and import the file again.",
                "Row 3: 00123 was not renamed to 123",
            ],
        },
    ]);
    expect(res.ids).toEqual([1, 2]);
    expect(res.hasError).toBe(true);
});

test("a test of the file lists it as well", async () => {
    const model = await prepareImport();
    const { res } = await model.executeImport(true, 1);
    expect.verifySteps(["rename: false, test: true"]);
    expect(model.importMessages.map(({ type }) => type)).toEqual(["info", "warning"]);
    expect(res.hasError).toBe(false);
});

test("an import that is asked to rename says so to the server, and ends as always", async () => {
    const model = await prepareImport([]);
    await model.setOption("rename_serials", true);
    const { res } = await model.executeImport(false, 1);
    expect.verifySteps(["rename: true, test: false"]);
    expect(model.importMessages).toEqual([]);
    expect(res.hasError).toBe(false);
});

test("where another row is wrong, only that is shown: nothing was imported", async () => {
    const error = { type: "error", record: 4, rows: { from: 4, to: 4 }, message: "Unknown part" };
    const model = await prepareImport([error, KEPT]);
    const { res } = await model.executeImport(false, 1);
    expect.verifySteps(["rename: false, test: false"]);
    expect(model.importMessages.map(({ type }) => type)).toEqual(["danger", "danger"]);
    expect(res.hasError).toBe(true);
});

test("many are counted", async () => {
    const model = await prepareImport(Array(150).fill(KEPT));
    await model.executeImport(false, 1);
    expect.verifySteps(["rename: false, test: false"]);
    const [{ lines }] = model.importMessages;
    expect(lines).toHaveLength(103);
    expect(lines.at(-1)).toBe("and 50 more");
});

for (const [resModel, boxes] of [
    ["stock.lot", 1],
    ["res.partner", 0],
]) {
    test(`an import of ${resModel} has the option ${boxes} times`, async () => {
        const model = await prepareImport([], resModel);
        await mountWithCleanup(ImportDataSidepanel, {
            props: {
                filename: "a.xlsx",
                options: model.importOptions,
                importTemplates: [],
                onOptionChanged: (name, value) => expect.step(`${name}: ${value}`),
                onReload: () => {},
                hasBinaryFields: false,
                binaryFilesParams: model.binaryFilesParams,
                onBinaryFilesParamsChanged: () => {},
            },
        });
        expect("[name=rename_serials] input").toHaveCount(boxes);
        if (boxes) {
            await contains("[name=rename_serials] input").click();
            expect.verifySteps(["rename_serials: true"]);
        }
    });
}

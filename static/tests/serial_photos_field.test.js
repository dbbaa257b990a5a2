import { expect, test } from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    queryAll,
    queryOne,
    setInputFiles,
    waitFor,
} from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const PHOTO = ".o_serial_photo";
const IDS = () =>
    queryAll(`${PHOTO} img`).map(
        (image) => (image.dataset.src ?? image.src).match(/photo\/(\d+)/)?.[1],
    );

class Photo extends models.Model {
    _name = "serial.photo";
    lot_id = fields.Many2one({ relation: "unit" });
    image_1920 = fields.Binary();
    sequence = fields.Integer();
    is_public = fields.Boolean();
    _records = [
        { id: 1, lot_id: 1, sequence: 10, image_1920: "1 kB", is_public: true },
        { id: 2, lot_id: 1, sequence: 10, image_1920: "1 kB" },
        { id: 3, lot_id: 1, sequence: 20, image_1920: "1 kB" },
    ];
}

class Unit extends models.Model {
    _name = "unit";
    name = fields.Char();
    photo_ids = fields.One2many({ relation: "serial.photo", relation_field: "lot_id" });
    _records = [{ id: 1, name: "SN1", photo_ids: [1, 2, 3] }];
}

defineModels([Photo, Unit]);
defineMailModels();

const mountUnit = (attributes = "") =>
    mountView({
        type: "form",
        resModel: "unit",
        resId: 1,
        arch: `
            <form ${attributes}>
                <field name="name"/>
                <field name="photo_ids" widget="serial_photos"/>
            </form>`,
    });

/** Return a picture file of this size, in one colour. */
async function makePicture(name, { width = 40, height = 30, colour = "red", type } = {}) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type || "image/jpeg"));
    return new File([blob], name, { type: blob.type });
}

/** Return the size and type of the picture in the new photo that is shown at *index*. */
async function readNew(index) {
    const { src } = queryAll(`${PHOTO} img`)[index].dataset;
    const bitmap = await createImageBitmap(await (await fetch(src)).blob());
    return [src.slice(5, src.indexOf(";")), bitmap.width, bitmap.height];
}

async function choose(...files) {
    await contains("button[name=add_photos]").click();
    await setInputFiles(files);
}

/** Keep what is saved of the photos. */
function watchSaves() {
    onRpc("unit", "web_save", ({ args: [, { photo_ids }] }) => {
        const commands = photo_ids.map(([kind, id, values]) => [
            kind,
            kind && id,
            values &&
                Object.fromEntries(
                    Object.entries(values).map(([name, value]) => [
                        name,
                        name === "image_1920" ? Boolean(value) : value,
                    ]),
                ),
        ]);
        expect.step(JSON.stringify(commands));
    });
}

test("pictures are added, small, and saved with the form", async () => {
    watchSaves();
    await mountUnit();
    expect(IDS()).toEqual(["1", "2", "3"]);
    await choose(
        await makePicture("large.jpg", { width: 4000, height: 2000 }),
        await makePicture("drawing.png", { colour: "rgba(0, 0, 255, 0.5)", type: "image/png" }),
    );
    await waitFor(`${PHOTO}:eq(4)`);
    expect(await readNew(3)).toEqual(["image/jpg", 1920, 960]);
    expect(await readNew(4)).toEqual(["image/png", 40, 30]);
    await clickSave();
    const values = (sequence) => ({ image_1920: true, is_public: false, sequence });
    expect.verifySteps([
        JSON.stringify([
            [0, 0, values(21)],
            [0, 0, values(22)],
        ]),
    ]);
});

test("what is no picture is named, and the others are added", async () => {
    await mountUnit();
    await choose(
        new File(["Serial"], "list.csv", { type: "text/csv" }),
        new File(["no heic"], "IMG_1.HEIC", { type: "image/heic" }),
        await makePicture("engine.jpg"),
    );
    await waitFor(`${PHOTO}:eq(3)`);
    expect(PHOTO).toHaveCount(4);
    await waitFor(".o_notification:contains('list.csv is not a picture.')");
    await waitFor(".o_notification:contains(IMG_1.HEIC)");
});

/** Paste *files*, and a text if there is one, where the selector says. */
async function paste(selector, files, text = "") {
    const clipboardData = new DataTransfer();
    files.forEach((file) => clipboardData.items.add(file));
    if (text) {
        clipboardData.setData("text/plain", text);
    }
    await manuallyDispatchProgrammaticEvent(queryOne(selector), "paste", { clipboardData });
    await animationFrame();
}

test("a picture is pasted; the text of a field stays text", async () => {
    await mountUnit();
    await paste("[name=name] input", [await makePicture("cells.png")], "SN1\tSN2");
    expect(".o_serial_photo_reading").toHaveCount(0);
    await paste("[name=name] input", [await makePicture("engine.png")]);
    await waitFor(`${PHOTO}:eq(3)`);
    expect(PHOTO).toHaveCount(4);
});

test("one is removed, another is made public", async () => {
    watchSaves();
    await mountUnit();
    await contains(`${PHOTO}:eq(0) [name=remove]`).click();
    expect(IDS()).toEqual(["2", "3"]);
    await contains(`${PHOTO}:eq(0) [name=public]`).click();
    expect(`${PHOTO}:eq(0) [name=public]`).toHaveAttribute("aria-pressed", "true");
    await clickSave();
    expect.verifySteps([
        JSON.stringify([
            [2, 1, null],
            [1, 2, { is_public: true }],
        ]),
    ]);
});

test("they are dragged into another order", async () => {
    watchSaves();
    await mountUnit();
    await contains(`${PHOTO}:eq(2)`).dragAndDrop(`${PHOTO}:eq(0)`);
    expect(IDS()).toEqual(["3", "1", "2"]);
    await clickSave();
    expect.verifySteps([
        JSON.stringify([
            [1, 3, { sequence: 1 }],
            [1, 1, { sequence: 2 }],
            [1, 2, { sequence: 3 }],
        ]),
    ]);
});

test("one is shown large, with the next one", async () => {
    await mountUnit();
    await contains(`${PHOTO}:eq(1) .o_serial_photo_open`).click();
    expect(".o-FileViewer-viewImage").toHaveAttribute("data-src", /photo\/2\/image_1920/);
    await contains(".o-FileViewer [title='Next (Right-Arrow)']").click();
    expect(".o-FileViewer").toHaveText(/Photo 3 of 3/);
});

test("whoever may not edit sees them", async () => {
    await mountUnit('edit="0"');
    expect(PHOTO).toHaveCount(3);
    expect(`${PHOTO}:contains(Public)`).toHaveCount(1);
    expect("[name=add_photos], [name=remove]").toHaveCount(0);
});

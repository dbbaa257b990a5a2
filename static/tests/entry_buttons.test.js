import { beforeEach, expect, test } from "@odoo/hoot";
import { queryAllTexts, resize } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { EntryButtons } from "@serialized_parts/serial_entry/entry_buttons";
import { MainComponentsContainer } from "@web/core/main_components_container";

defineMailModels();

const mountButtons = async (canAssign = false, hasNewUnits = true) => {
    const onClick = (name) => () => expect.step(name);
    await mountWithCleanup(MainComponentsContainer);
    await mountWithCleanup(EntryButtons, {
        props: {
            assign: { label: "Assign", canAssign },
            beeper: { muted: false },
            hasCamera: true,
            hasNewUnits,
            onAssign: onClick("assign"),
            onCamera: onClick("camera"),
            onFiles: onClick("files"),
            onGenerate: onClick("generate"),
            onTemplate: onClick("template"),
        },
    });
};

beforeEach(() => resize({ width: 360, height: 720 }));

test("on a phone the camera is the main button", async () => {
    await mountButtons();
    expect("button[name=camera]").toHaveClass("btn-primary");
    expect("button[name=camera]").toHaveText("Scan");
    expect("button[name=assign]").not.toHaveClass("btn-primary");
    await contains("button[name=camera]").click();
    expect.verifySteps(["camera"]);
});

test("what waits to be assigned comes first on a phone, too", async () => {
    await mountButtons(true);
    expect("button[name=assign]").toHaveClass("btn-primary");
    expect("button[name=camera]").not.toHaveClass("btn-primary");
});

test("on a phone what a desk needs is in one menu", async () => {
    await mountButtons();
    expect("button[name=file]").toHaveCount(0);
    await contains("button[name=more]").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Generate", "File", "Template"]);
    await contains(".o-dropdown-item[name=generate]").click();
    expect.verifySteps(["generate"]);
});

test("at a desk every button is in sight", async () => {
    await resize({ width: 1440, height: 900 });
    await mountButtons();
    expect("button[name=assign]").toHaveClass("btn-primary");
    for (const name of ["generate", "file", "template"]) {
        expect(`button[name=${name}]`).toHaveCount(1);
    }
    expect("button[name=more]").toHaveCount(0);
});

test("units that are scanned have their serial number: none is generated", async () => {
    await resize({ width: 1440, height: 900 });
    await mountButtons(false, false);
    expect("button[name=file]").toHaveCount(1);
    expect("button[name=generate]").toHaveCount(0);
});

import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { offerNext } from "@serialized_parts/offer_next/offer_next";

defineMailModels();

const CLOSE = { type: "ir.actions.act_window_close" };
const NOTE = ".o_serial_offer_next";

/** Show that *message* happened, with what can follow; note the actions that are done then. */
const show = async (message, ...offers) => {
    const next = offerNext(
        { services: { ...services() } },
        { params: { message, offers, next: CLOSE } },
    );
    expect(next).toEqual(CLOSE);
    await animationFrame();
};

const services = () => ({
    action: getService("action"),
    notification: getService("notification"),
    orm: getService("orm"),
});

const mountNotes = async () => {
    mockService("action", {
        doAction: (action) => expect.step(action.res_id || action.name),
    });
    onRpc("stock.picking", "action_print_serial_labels", ({ args }) => ({
        name: `labels of ${args[0]}`,
    }));
    onRpc("stock.picking", "action_open_serial_prompt", ({ args }) => ({
        name: `prompt of ${args[0]}`,
    }));
    await mountWithCleanup(MainComponentsContainer);
};

test("what was done is said once, with what can follow", async () => {
    await mountNotes();
    await show("2 units received.", { label: "Print 2 Labels", labels_of: [3, 4] });
    await show("5 units received.", { label: "Print 5 Labels", labels_of: [5] });
    expect(NOTE).toHaveCount(1);
    expect(`${NOTE} .o_notification_content`).toHaveText("5 units received.");
    await contains(`${NOTE} button:contains(Print 5 Labels)`).click();
    expect.verifySteps(["labels of 5"]);
    expect(NOTE).toHaveCount(0);
});

test("the next transfer opens, and its prompt if it has one", async () => {
    await mountNotes();
    await show(
        "1 unit received.",
        { label: "Put Away", picking_id: 7, has_prompt: true },
        { label: "Next Receipt", picking_id: 8, has_prompt: false },
    );
    await contains(`${NOTE} button:contains(Put Away)`).click();
    expect.verifySteps([7, "prompt of 7"]);
    await show("1 unit moved.", { label: "Next Receipt", picking_id: 8, has_prompt: false });
    await contains(`${NOTE} button:contains(Next Receipt)`).click();
    expect.verifySteps([8]);
});

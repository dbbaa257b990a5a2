import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { BOX, scan } from "./tour_steps";

/** The receipt of the README, with the scanner alone: nine actions from open to done. */
registry.category("web_tour.tours").add("serialized_parts_scan", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        ...scan("Y1-1A", "Bin"),
        ...scan("SC1", "SC1 assigned, 1 of 5"),
        ...scan("SC2", "2 of 5"),
        ...scan("Y1-1B", "Bin"),
        ...scan("SC3", "3 of 5"),
        ...scan("SC4", "4 of 5"),
        ...scan("SC5", "5 of 5"),
        { trigger: ".modal button:contains(Receive 5)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_phone", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".modal.o_modal_full" },
        ...scan("PH1", "PH1 assigned, 1 of 2"),
        ...scan("PH2", "PH2 assigned, 2 of 2"),
        {
            trigger: ".modal",
            run: () => {
                const { scrollWidth, clientWidth } = document.querySelector(".modal .o_form_view");
                if (scrollWidth > clientWidth) {
                    throw new Error(`The prompt is ${scrollWidth - clientWidth} px too wide`);
                }
            },
        },
        { trigger: ".modal button:contains(Receive 2)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_thousand", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        {
            trigger: BOX,
            run({ anchor }) {
                const lines = Array.from({ length: 1000 }, (_unused, index) => `T${index + 1}`);
                anchor.value = lines.join("\n");
                anchor.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        { trigger: ".modal .o_serial_preview:contains(500 more lines)" },
        { trigger: ".modal button[name=assign]", run: "click" },
        { trigger: ".modal .o_serial_message:contains(T1000 assigned, 1000 of 1000)" },
        { trigger: ".modal button:contains(Receive 1000)" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_two_people", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".modal [name=serial_done_count]:contains(0)" },
        {
            trigger: BOX,
            run: async () => {
                const resId = Number(window.location.pathname.split("/").at(-1));
                await rpc("/web/dataset/call_kw/stock.picking/enter_serials", {
                    model: "stock.picking",
                    method: "enter_serials",
                    args: [[resId], "OTHER1"],
                    kwargs: {},
                });
            },
        },
        ...scan("MINE1", "MINE1 assigned, 2 of 2"),
        { trigger: ".modal tr:contains(OTHER1)" },
        { trigger: ".modal tr:contains(MINE1)" },
        { trigger: ".modal button:contains(Receive 2)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});

/** Receive without the mileage that is required: the prompt stays and asks for it, once for all. */
registry.category("web_tour.tours").add("serialized_parts_missing_answers", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".modal-title:contains(Receive 90 × Alternator from Salvage Lot)" },
        { trigger: BOX, run: "edit MI01*90" },
        { trigger: ".modal .o_serial_preview" },
        { trigger: ".modal button[name=assign]", run: "click" },
        { trigger: ".modal button:contains(Receive 90)", run: "click" },
        {
            trigger: ".modal .o_serial_missing:contains(missing on 90 units: MI01, MI02, MI03)",
        },
        {
            trigger: ".modal .o_serial_answer:contains(Mileage) input:focus",
            run({ anchor }) {
                anchor.value = "80000";
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: ".modal button[name=fill]:enabled", run: "click" },
        { trigger: ".modal:not(:has(.o_serial_missing))" },
        { trigger: ".modal button:contains(Receive 90)", run: "click" },
        { trigger: ".o_notification:contains(90 units received)" },
        { trigger: ".o_notification button:contains(Next Receipt)", run: "click" },
        { trigger: ".modal-title:contains(Receive 2 × Alternator)" },
        { trigger: ".modal button[special=save]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "button[name=action_open_serial_prompt]:contains(0 / 2)" },
    ],
});

import { registry } from "@web/core/registry";

const PAGE = ".modal [name=label_preview] :iframe";

/** Receive two units, look at their labels on a sheet, and print them in the browser. */
registry.category("web_tour.tours").add("serialized_parts_labels", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".modal .o_serial_entry textarea", run: "edit LB1*2 && press Enter" },
        { trigger: ".modal .o_serial_preview" },
        { trigger: ".modal .o_serial_entry textarea", run: "press Enter" },
        { trigger: ".modal button:contains(Receive 2)", run: "click" },
        { trigger: ".o_notification:contains(2 units received)" },
        { trigger: ".o_notification button:contains(Print 2 Labels)", run: "click" },
        { trigger: `${PAGE} .o_label_serial:contains(LB2)` },
        {
            trigger: ".modal [name=label_size_id] input",
            run: "edit Avery 3474",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Avery 3474)", run: "click" },
        { trigger: ".modal [name=used_labels] input", run: "edit 2 && press Tab" },
        { trigger: `${PAGE} td:nth-child(3) .o_label_serial:contains(LB1)` },
        { trigger: ".modal [name=label_summary]:contains(2 (sheets: 1))" },
        { trigger: ".modal footer button:contains(Cancel)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_labels_phone", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)", run: "click" },
        { trigger: "button[name=action_print_labels]", run: "click" },
        { trigger: `${PAGE} .o_label_serial:contains(SN1)` },
        {
            trigger: ".modal",
            run: () => {
                const { scrollWidth, clientWidth } = document.querySelector(".modal .o_form_view");
                const page =
                    document.querySelector(".modal iframe").contentDocument.documentElement;
                const extra = [scrollWidth - clientWidth, page.scrollWidth - page.clientWidth];
                if (Math.max(...extra) > 0) {
                    throw new Error(`The dialog or its page is too wide: ${extra} px`);
                }
            },
        },
        { trigger: ".modal footer button:contains(Cancel)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

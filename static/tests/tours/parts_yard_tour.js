import { registry } from "@web/core/registry";

/** Type *text*, several units, into the entry box, see what it will become, and assign it. */
const enter = (text) => [
    { trigger: ".modal .o_serial_entry textarea", run: `edit ${text}` },
    { trigger: ".modal .o_serial_preview" },
    { trigger: ".modal .o_serial_entry button[name=assign]", run: "click" },
];

const isAssigned = (serial, bin) => ({
    trigger: `.modal tr:has([name=lot_name]:contains(${serial})):contains(${bin})`,
});

const validatePrompt = [
    {
        trigger: ".modal button[name=action_validate_serials]:not(:contains(leave))",
        run: "click",
    },
    { trigger: "body:not(:has(.modal))" },
];

registry.category("web_tour.tours").add("serialized_parts_serialize", {
    steps: () => [
        { trigger: "button[name=action_open_serials]:contains(0 / 3)" },
        { trigger: "a[name=inventory]", run: "click" },
        { trigger: "[name=unserialized]:contains(3):contains(Units in stock without a serial)" },
        { trigger: "[name=unserialized] button[name=action_assign_serials]", run: "click" },
        { trigger: ".modal .o_serial_prompt [name=serial_done_count]:contains(0)" },
        ...enter("SN001*2@Y1-1A, SN001, SN003"),
        { trigger: ".modal .o_serial_refused:contains(SN001):contains(already)" },
        isAssigned("SN001", "Y1-1A"),
        isAssigned("SN002", "Y1-1A"),
        isAssigned("SN003", "Y1-1B"),
        ...validatePrompt,
        { trigger: "button[name=action_open_serials]:contains(3 / 3)", run: "click" },
        { trigger: "a[name=serial].active" },
        { trigger: ".o_serial_section tr:contains(SN003):contains(Y1-1B):contains(/SER/)" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_receive", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        ...enter("SN004..SN005@Y1-1A, Y1-1B, SN006, SN001"),
        { trigger: ".modal .o_serial_refused:contains(SN001):contains(already in stock)" },
        { trigger: ".modal .o_serial_refused button[name=open]" },
        isAssigned("SN005", "Y1-1A"),
        isAssigned("SN006", "Y1-1B"),
        { trigger: ".modal button[special=save]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "button[name=action_open_serial_prompt]:contains(3 / 5)", run: "click" },
        ...enter("SN007*2"),
        isAssigned("SN008", "Y1-1B"),
        ...validatePrompt,
        { trigger: ".o_arrow_button_current:contains(Done)" },
        { trigger: "button[name=action_view_serials]:contains(5)" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_deliver", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_history", {
    steps: () => [
        { trigger: "a[name=serial]", run: "click" },
        {
            trigger: ".o_serial_section tr:contains(SN001) [name=source] a:contains(/SER/)",
        },
        { trigger: ".o_serial_section tr:contains(SN001) [name=used_on] a" },
        { trigger: ".o_serial_section tr:contains(SN008):contains(Y1-1B)" },
        { trigger: ".o_serial_section tr:contains(SN008) [name=source] a", run: "click" },
        // A warehouse user may not open the order: the link leads to its receipt.
        { trigger: "button[name=action_view_serials]:contains(5)" },
    ],
});

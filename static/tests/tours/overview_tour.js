import { registry } from "@web/core/registry";

/** Type *code* as fast as a scanner does, into the search box, which has the focus. */
function scan(code) {
    const field = document.querySelector(".o_searchview_input");
    field.focus();
    for (const key of code) {
        field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        field.value += key;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}

/** Scan *code* where no field has the focus, as on a phone, whose search box is hidden. */
function scanAnywhere(code) {
    for (const key of [...code, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}

/** A unit is scanned in the Inventory overview, then a bin, what may be both, and a receipt. */
registry.category("web_tour.tours").add("serialized_parts_overview", {
    steps: () => [
        {
            content: "What nobody knows is said, and the search box is as before",
            trigger: ".o_stock_kanban .o_kanban_record",
            run: () => scan("NOWHERE-1"),
        },
        { trigger: ".o_notification:contains('Nothing here is called NOWHERE-1')" },
        {
            trigger: ".o_searchview_input",
            run: ({ anchor }) => {
                if (anchor.value) {
                    throw new Error(`The search box still has ${anchor.value}`);
                }
                scan("SCANNED-77");
            },
        },
        { trigger: ".o_form_view .o_field_widget[name=name] input:value('SCANNED-77')" },
        { trigger: ".o_field_widget[name=unit_status]:contains('In Stock')" },
        {
            content: "Back, and a bin: its units by part",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        { trigger: ".o_stock_kanban .o_kanban_record", run: () => scan("Y1-1A") },
        { trigger: ".o_list_view .o_group_header:contains('Alternator')" },
        { trigger: ".o_data_row td[name=lot_id]:contains('SCANNED-77')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name] input:value('SCANNED-77')" },
        {
            trigger: ".o_breadcrumb .breadcrumb-item:first-child a",
            run: "click",
        },
        {
            content: "A bin and a serial number of one name",
            trigger: ".o_stock_kanban .o_kanban_record",
            run: () => scan("Y1-1B"),
        },
        { trigger: ".o_scan_choices button:contains('Serial Number')" },
        { trigger: ".o_scan_choices button:contains('Bin')", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=lot_id]:contains('Y1-1B')" },
        { trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button", run: "click" },
        {
            content: "An order: its receipt, with the prompt",
            trigger: ".o_stock_kanban .o_kanban_record",
            run: () => scan("SCANNED ORDER"),
        },
        { trigger: ".o_serial_prompt textarea", run: "edit NEW-1" },
        { trigger: ".o_serial_prompt button[name=assign]", run: "click" },
        { trigger: ".o_serial_message:contains('NEW-1 assigned, 1 of 1')" },
        { trigger: "button[name=action_validate_serials]", run: "click" },
        {
            content: "The form below has seen it",
            trigger: ".o_form_view .o_arrow_button_current:contains('Done')",
        },
    ],
});

/** The same on a phone: cards in place of rows. */
registry.category("web_tour.tours").add("serialized_parts_overview_phone", {
    steps: () => [
        {
            trigger: ".o_stock_kanban .o_kanban_record",
            run: () => scanAnywhere("Y1-1B"),
        },
        { trigger: ".o_scan_choices button:contains('Bin')", run: "click" },
        { trigger: ".o_kanban_record:contains('Y1-1B'):contains('Alternator')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name] input:value('Y1-1B')" },
    ],
});

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

/** A unit is scanned in the Inventory overview. */
registry.category("web_tour.tours").add("serialized_parts_overview", {
    steps: () => [
        {
            content: "What nobody knows is said, and the search box is as before",
            trigger: ".o_stock_kanban .o_kanban_record",
            run: () => scan("NOWHERE-1"),
        },
        { trigger: ".o_notification:contains('no serial number for NOWHERE-1')" },
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
    ],
});

import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

/** Not by keys: a tour types as fast as a scanner, whose codes go into the entry box. */
const answer = (question, value) => ({
    trigger: `.o_serial_answer:contains(${question}) input`,
    run({ anchor }) {
        anchor.value = value;
        anchor.dispatchEvent(new Event("change", { bubbles: true }));
    },
});

registry.category("web_tour.tours").add("serialized_parts_ask", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "[name=name] input", run: "edit Mileage" },
        { trigger: "[name=question_type] :is(select, input)", run: "click" },
        { trigger: ".o_select_menu_item:contains(Whole Number)", run: "click" },
        { trigger: "[name=required] input", run: "click" },
        { trigger: "[name=category_ids] input", run: "edit Turbines" },
        { trigger: ".o-autocomplete--dropdown-item:contains(/^Turbines$/)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_default", {
    steps: () => [
        { trigger: "a[name=serial]", run: "click" },
        { trigger: ".o_serial_defaults_row", run: "click" },
        { trigger: ".o_serial_box h4:contains(Default Serial Q&A)" },
        answer("Mileage", "1000"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

registry.category("web_tour.tours").add("serialized_parts_answer", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        {
            trigger: ".modal .o_serial_entry textarea",
            run: "edit TB1*2@Y1-1A",
        },
        { trigger: ".modal .o_serial_preview:contains(2 serial numbers)" },
        { trigger: ".modal .o_serial_entry button[name=assign]", run: "click" },
        { trigger: ".modal .o_serial_box h4:contains(TB2)" },
        { trigger: ".modal .o_serial_answer input:value(1,000)" },
        answer("Mileage", "many"),
        { trigger: ".modal .o_serial_answer [role=alert]" },
        answer("Mileage", "80000"),
        { trigger: ".modal .o_data_row:contains(TB1) td[name=location_dest_id]", run: "click" },
        { trigger: ".modal .o_serial_box h4:contains(TB1)" },
        answer("Mileage", "0"),
        { trigger: ".modal button[name=action_validate_serials]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});

/** Two people answer the same serial number: one in this form, the other while it is open. */
registry.category("web_tour.tours").add("serialized_parts_two_answers", {
    steps: () => [
        answer("Mileage", "80000"),
        {
            trigger: ".o_serial_answer:contains(Remark)",
            run: async ({ anchor }) => {
                const resId = Number(window.location.pathname.split("/").at(-1));
                await rpc("/web/dataset/call_kw/stock.lot/write", {
                    model: "stock.lot",
                    method: "write",
                    args: [[resId], { serial_answers: { [anchor.getAttribute("name")]: "rusty" } }],
                    kwargs: {},
                });
            },
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".o_serial_answer:contains(Remark) input:value(rusty)" },
        answer("Colour", "red"),
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

import { registry } from "@web/core/registry";

/** A row of the possible returns, for the unit called *serial*. */
const row = (serial) =>
    `.o_serial_returns li:contains('${serial} was delivered to Lakeside Garage')`;

/** Two sold units are scanned on a receipt: one is returned, the other kept. */
registry.category("web_tour.tours").add("serialized_parts_returns", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".o_serial_prompt textarea", run: "edit SN1,SN2" },
        { trigger: ".o_serial_prompt button[name=assign]:contains('Assign 2')", run: "click" },
        { trigger: `${row("SN1")} button:contains('Keep It Here')`, run: "click" },
        { trigger: `.o_serial_prompt:not(:has(${row("SN1")}))` },
        { trigger: `${row("SN2")} button:contains('Return It')`, run: "click" },
        {
            content: "The prompt of the return has the unit",
            trigger:
                "button[name=action_validate_serials]:contains('Receive 1'):not(:contains(later))",
            run: "click",
        },
        {
            content: "Back on the receipt, whose other unit waits",
            trigger: ".o_form_view:not(:has(.modal)) button[name=button_validate]",
            run: "click",
        },
        {
            trigger:
                "button[name=action_validate_serials]:contains('Receive 1, leave 1 for later')",
        },
        { trigger: ".o_serial_prompt:not(:has(.o_serial_returns))" },
        { trigger: "footer button[special=save], footer .btn-secondary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

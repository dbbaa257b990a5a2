import { registry } from "@web/core/registry";

const BOX = ".modal .o_serial_entry textarea";

const scan = (code) => ({ trigger: BOX, run: `edit ${code} && press Enter` });

const validate = (label) => ({
    trigger: `.modal button[name=action_validate_serials]:contains(${label})`,
    run: "click",
});

/** Three units get their serial numbers one by one, then their components. */
registry.category("web_tour.tours").add("serialized_parts_mrp_produce", {
    steps: () => [
        {
            trigger: "button[name=button_mark_done]:not(.d-none):contains(Produce All)",
            run: "click",
        },
        ...["CAR1", "CAR2", "CAR3"].flatMap((name) => [
            scan(name),
            { trigger: `.modal [name=serial_prompt_line_ids]:contains(${name})` },
        ]),
        validate("Produce 3"),
        { trigger: ".modal .modal-title:contains(Consume)" },
        scan("P1*3"),
        { trigger: ".modal .o_serial_entry:contains(3 serial numbers, P1 to P3)" },
        { trigger: BOX, run: "press Enter" },
        validate("Consume 3"),
        { trigger: "body:not(:has(.modal))" },
        {
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains(Done), .o_field_statusbar:contains(Done)",
        },
    ],
});

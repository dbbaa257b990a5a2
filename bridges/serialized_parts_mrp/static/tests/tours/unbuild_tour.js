import { registry } from "@web/core/registry";

const BOX = ".o_unbuild_scan textarea";
const REFUSED = ".o_unbuild_scan .o_serial_refused";

const scan = (code) => ({ trigger: BOX, run: `edit ${code} && press Enter` });

/** Fail if people have to scroll sideways. */
const checkWidth = {
    trigger: ".o_form_view",
    run: () => {
        const { scrollWidth, clientWidth } = document.querySelector(".o_content");
        if (scrollWidth > clientWidth) {
            throw new Error(`The order is ${scrollWidth - clientWidth} px too wide`);
        }
    },
};

/** One number is not known, one looks like another; a component lacks its answer. */
registry.category("web_tour.tours").add("serialized_parts_mrp_unbuild", {
    steps: () => [
        scan("CAR9"),
        { trigger: `${REFUSED}:contains(is not known)` },
        checkWidth,
        { trigger: `${REFUSED} button[name=forget]`, run: "click" },
        { trigger: `body:not(:has(${REFUSED}))` },
        scan("car1"),
        { trigger: `${REFUSED} button[name=use_similar]:contains(Use CAR1)`, run: "click" },
        { trigger: `body:not(:has(${REFUSED}))` },
        { trigger: ".o_field_widget[name=lot_id] input:value(CAR1)" },
        { trigger: BOX, run: "edit CAR2" },
        // What is still in the box is entered first.
        { trigger: "button[name=action_validate]", run: "click" },
        { trigger: ".modal .o_serial_table:contains(PART-OF-CAR1)" },
        { trigger: ".modal .o_serial_answer_open input", run: "edit 7" },
        { trigger: ".modal button[name=action_validate]", run: "click" },
        {
            trigger: ["list", "kanban"]
                .map((view) => `body:not(:has(.modal)) .o_${view}_view:contains(Car)`)
                .join(", "),
        },
    ],
});

import { registry } from "@web/core/registry";
import { scan } from "./tour_steps";

/** From nothing, six units of two parts into three bins. */
const moveSix = () => [
    { trigger: ".modal [name=move_serials]:contains(Scan units)" },
    ...scan("MA1", "MA1 scanned, 1 of 1"),
    ...scan("MB1", "MB1 scanned, 2 of 2"),
    ...scan("Y1-1A", "2 units go there"),
    ...scan("MA2", "3 of 3"),
    ...scan("MB2", "4 of 4"),
    { trigger: ".modal [name=without_bin]:contains(2 units have no bin yet)" },
    ...scan("Y1-1B", "2 units go there"),
    { trigger: ".modal:not(:has([name=without_bin]))" },
    ...scan("MA3", "5 of 5"),
    ...scan("MB3", "6 of 6"),
    ...scan("Y1-1C", "2 units go there"),
    {
        trigger: ".modal",
        run: () => {
            const { scrollWidth, clientWidth } = document.querySelector(".modal .o_form_view");
            if (scrollWidth > clientWidth) {
                throw new Error(`The prompt is ${scrollWidth - clientWidth} px too wide`);
            }
        },
    },
    { trigger: ".modal button:contains(Move 6)", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_stock_kanban" },
];

registry.category("web_tour.tours").add("serialized_parts_move_serials", {
    steps: () => [
        { trigger: ".o_control_panel button[name=move_serials]", run: "click" },
        ...moveSix(),
    ],
});

registry.category("web_tour.tours").add("serialized_parts_move_serials_phone", {
    steps: () => [
        { trigger: ".o_control_panel button.o-control-panel-adaptive-dropdown", run: "click" },
        { trigger: ".o-dropdown--menu button[name=move_serials]", run: "click" },
        { trigger: ".modal.o_modal_full" },
        ...moveSix(),
    ],
});

import { registry } from "@web/core/registry";

const ANSWER = ".o_serial_count_answer";

/** A scanner: types a code into the box and ends it with Enter. */
const scan = (code, color, message) => [
    { trigger: ".o_serial_count textarea", run: `edit ${code} && press Enter` },
    { trigger: `${ANSWER}.alert-${color}:contains(${message})` },
];

const closeBin = (message) => [
    { trigger: ".o_serial_count button[name=close_bin]", run: "click" },
    { trigger: `${ANSWER}:contains(${message})` },
    { trigger: ".o_serial_count_bin:contains(Next bin: scan it)" },
];

/** Fail if people have to scroll sideways. */
const checkWidth = {
    trigger: ".o_form_view",
    run: () => {
        const { scrollWidth, clientWidth } = document.querySelector(".o_content");
        if (scrollWidth > clientWidth) {
            throw new Error(`The count is ${scrollWidth - clientWidth} px too wide`);
        }
    },
};

/** Select what is in the row of a unit, or on a phone in its card. */
const inRow = (list, name, selector) =>
    ["o_data_row", "o_kanban_record"]
        .map((row) => `.o_field_widget[name=${list}] .${row}:contains(${name}) ${selector}`)
        .join(", ");

const decide = (list, name, button, done) => [
    { trigger: inRow(list, name, `button:contains(${button})`), run: "click" },
    { trigger: inRow(list, name, `[name=resolution]:contains(${done})`) },
];

/** Two bins: one unit is missing, one misplaced, one unknown, and one was sold. */
registry.category("web_tour.tours").add("serialized_parts_count", {
    steps: () => [
        { trigger: ".o_serial_count_bin:contains(Scan a bin)" },
        ...scan("C1", "danger", "Scan the bin first"),
        { trigger: ".o_serial_refused button[name=forget]", run: "click" },
        ...scan("Y1-1A", "info", "Y1-1A"),
        { trigger: ".o_serial_count_found:contains(0 of 3 counted)" },
        ...scan("C1", "success", "here"),
        ...scan("C2", "success", "here"),
        ...scan("C2", "secondary", "already counted"),
        ...scan("C4", "warning", "belongs in WH/Stock/Y1-1B"),
        ...scan("C9", "danger", "not known"),
        { trigger: ".o_serial_count_found:contains(2 of 3 counted)" },
        { trigger: ".o_serial_count_rows li:first:contains(C9)" },
        checkWidth,
        ...closeBin("1 missing, 1 misplaced"),
        ...scan("Y1-1B", "info", "Y1-1B"),
        ...scan("C5", "success", "here"),
        ...scan("C6", "danger", "Delivered"),
        ...closeBin("0 missing"),
        ...decide("missing_ids", "C3", "To Missing", "Move to Missing"),
        ...decide("misplaced_ids", "C4", "Move Here", "Move Here"),
        checkWidth,
    ],
});

/** The manager sees what will be done, and applies it. */
registry.category("web_tour.tours").add("serialized_parts_count_apply", {
    steps: () => [
        {
            trigger:
                "[name=apply_summary]:contains('moves 1, takes 1 to Missing, and leaves 1 unchanged')",
        },
        { trigger: "button[name=action_apply]", run: "click" },
        { trigger: ".o_field_widget[name=date]" },
        { trigger: "body:not(:has(.o_serial_count))" },
    ],
});

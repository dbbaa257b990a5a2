import { registry } from "@web/core/registry";

const BOX = ".modal .o_serial_entry textarea";

/** A scanner: types a code into the box and ends it with Enter. */
const scan = (code, message) => [
    { trigger: BOX, run: `edit ${code} && press Enter` },
    { trigger: `.modal .o_serial_message:contains(${message})` },
];

/** Open the prompt of a transfer with the button that every width shows. */
const open = () => [
    { trigger: ".o_statusbar_buttons button[name=action_open_serial_prompt]", run: "click" },
    { trigger: BOX },
];

/** Deliver three of five: two that are reserved, and another unit; the other two are left. */
registry.category("web_tour.tours").add("serialized_parts_pick", {
    steps: () => [
        ...open(),
        { trigger: ".modal .o_data_row:contains(Expected, not scanned yet):contains(PK1)" },
        { trigger: ".modal button:contains(Deliver 5 without scanning)" },
        ...scan("PK2", "PK2 scanned, 1 of 5"),
        ...scan("PK6", "PK6 takes the place of PK1"),
        ...scan("PK2", "PK2: was scanned already"),
        { trigger: ".modal .o_data_row:not(:contains(Expected)):contains(PK6)" },
        ...scan("PK7", "PK7: is reserved for"),
        { trigger: ".modal .o_serial_refused button[name=take]", run: "click" },
        { trigger: ".modal .o_serial_message:contains(PK7 scanned, 3 of 5)" },
        { trigger: ".modal .o_data_row:contains(PK5):contains(Expected)" },
        { trigger: ".modal button:contains(Deliver 3, leave 2 for later)", run: "click" },
        { trigger: ".modal button:contains(Create Backorder)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

/** Move six units into three bins: units before their bin, or a bin before its units. */
registry.category("web_tour.tours").add("serialized_parts_put_away", {
    steps: () => [
        ...open(),
        ...scan("MV1", "MV1 scanned, 1 of 6"),
        { trigger: ".modal .o_data_row:contains(MV1):contains(Scanned, scan its bin)" },
        ...scan("MV2", "2 of 6"),
        ...scan("Y1-1A", "2 units go there"),
        ...scan("Y1-1B", "Bin"),
        ...scan("MV3", "3 of 6"),
        ...scan("MV4", "4 of 6"),
        ...scan("Y1-1C", "Bin"),
        ...scan("MV5", "5 of 6"),
        ...scan("MV6", "6 of 6"),
        { trigger: ".modal button:contains(Move 6)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

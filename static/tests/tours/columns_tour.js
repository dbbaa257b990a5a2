import { registry } from "@web/core/registry";
import { BOX } from "./tour_steps";

const LIST = "Packing list 77\nPos.;Unit;Where;Remark\n";

const paste = (text) => ({
    trigger: BOX,
    run({ anchor }) {
        anchor.value = text;
        anchor.dispatchEvent(new Event("input", { bubbles: true }));
    },
});

const assertFits = {
    trigger: ".modal .o_serial_columns",
    run() {
        const { scrollWidth, clientWidth } = document.querySelector(".modal .o_form_view");
        if (scrollWidth > clientWidth) {
            throw new Error(`The prompt is ${scrollWidth - clientWidth} px too wide`);
        }
    },
};

/** Press Tab until *element* has the focus. */
async function tabTo(element, press) {
    for (let tabs = 0; document.activeElement !== element; tabs++) {
        if (tabs === 50) {
            throw new Error(`No Tab leads to ${element.name || element.textContent}`);
        }
        await press("Tab");
    }
}

/** What people do, by mouse (on a phone by touch) and by keyboard: the `run` of a step. */
const WAYS = {
    mouse: {
        choose: (label) => `selectByLabel ${label}`,
        press: "click",
    },
    keyboard: {
        // What the browser itself does with a key in a choice, no test can.
        choose: (label) =>
            async function ({ anchor, press }) {
                await tabTo(anchor, press);
                anchor.value = [...anchor.options].find(({ text }) => text === label).value;
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        async press({ anchor, press }) {
            await tabTo(anchor, press);
            await press("Enter");
        },
    },
};

/** An unknown list: the guess is shown, changed, and assigned. */
for (const [way, { choose, press }] of Object.entries(WAYS)) {
    registry.category("web_tour.tours").add(`serialized_parts_columns_${way}`, {
        steps: () => [
            { trigger: "button[name=button_validate]", run: "click" },
            paste(`${LIST}1;U1;Y1-1A;ok\n2;U2;Y1-1B;ok`),
            assertFits,
            { trigger: ".modal select[name=column_1]:has(option:checked:contains(Serial Number))" },
            { trigger: ".modal select[name=column_2]:has(option:checked:contains(Location))" },
            { trigger: ".modal select[name=column_1]", run: choose("Leave out") },
            { trigger: ".modal button[name=assign]:disabled" },
            { trigger: ".modal select[name=column_1]", run: choose("Serial Number") },
            { trigger: ".modal button[name=assign]:enabled:contains(Assign 2)", run: press },
            { trigger: ".modal .o_serial_message:contains(U2 assigned, 2 of 2)" },
            { trigger: ".modal button:contains(Receive 2)", run: press },
            { trigger: "body:not(:has(.modal))" },
        ],
    });
}

/** The vendor's next list needs no choice. */
registry.category("web_tour.tours").add("serialized_parts_columns_known", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        paste(`${LIST}1;U3;Y1-1A;ok\n2;U4;Y1-1B;ok`),
        { trigger: ".modal .o_serial_preview:contains(2 serial numbers, U3 to U4)" },
        {
            trigger: ".modal:not(:has(.o_serial_columns)) .o_serial_entry textarea",
            run: "press Enter",
        },
        { trigger: ".modal .o_serial_message:contains(U4 assigned, 2 of 2)" },
        { trigger: ".modal button:contains(Receive 2)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

/** The entry box of the prompt. */
export const BOX = ".modal .o_serial_entry textarea";

/** A scanner: types a code into the box and ends it with Enter. */
export const scan = (code, message) => [
    { trigger: BOX, run: `edit ${code} && press Enter` },
    { trigger: `.modal .o_serial_message:contains(${message})` },
];

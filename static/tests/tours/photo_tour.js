import { registry } from "@web/core/registry";

/** Choose a picture file, as a phone's camera gives one. */
async function takePhoto({ anchor }) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 60, height: 40 });
    const context = canvas.getContext("2d");
    context.fillStyle = "red";
    context.fillRect(0, 0, 60, 40);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "unit.jpg", { type: "image/jpeg" }));
    anchor.files = transfer.files;
    anchor.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("serialized_parts_photo", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: ".modal .o_serial_row_photos input:not(:visible)", run: takePhoto },
        { trigger: ".modal .o_serial_row_photos [name=open_photos]" },
        {
            trigger: ".modal",
            run: () => {
                const { scrollWidth, clientWidth } = document.querySelector(".modal .o_form_view");
                if (scrollWidth > clientWidth) {
                    throw new Error(`The prompt is ${scrollWidth - clientWidth} px too wide`);
                }
            },
        },
        { trigger: ".modal .o_serial_entry textarea", run: "edit PH1 && press Enter" },
        { trigger: ".modal button:contains(Receive 1)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

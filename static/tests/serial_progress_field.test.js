import { expect, test } from "@odoo/hoot";
import { defineParts, mountPart } from "./part_helpers";

defineParts();

test("the units with a serial number are counted", async () => {
    await mountPart();
    expect(".o_serial_progress").toHaveText("Units with a serial number: 6 of 8");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "6");
    expect("[role=progressbar]").toHaveAttribute("aria-valuemax", "8");
    expect(".progress-bar").toHaveStyle({ width: "75%" }, { inline: true });
});

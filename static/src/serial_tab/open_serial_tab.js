import { registry } from "@web/core/registry";

/**
 * Open the tab with the serial numbers on the form of a part that is open.
 *
 * @param {Object} _env
 * @param {Object} action whose `params` have `list`, the action that opens them in a list where
 *     there is no such tab
 */
export function openSerialTab(_env, { params }) {
    // A dialog is behind the others in the document, and in front of them on the screen.
    const tab = [...document.querySelectorAll(".o_form_view .o_notebook a[name=serial]")].at(-1);
    if (!tab) {
        return params.list;
    }
    tab.click();
    tab.scrollIntoView({ block: "start" });
}

registry.category("actions").add("serialized_parts_open_serial_tab", openSerialTab);

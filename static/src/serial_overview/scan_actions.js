import { registry } from "@web/core/registry";
import { ScanChoices } from "./scan_choices";

/**
 * Open the form of a transfer with its prompt on top.
 *
 * @param {Object} services
 * @param {Object} form the action of the form
 * @param {number} pickingId
 * @param {Object} [how] options of opening the form
 */
export async function openFormWithPrompt({ action, orm }, form, pickingId, how = {}) {
    await action.doAction(form, how);
    const prompt = await orm.call("stock.picking", "action_open_serial_prompt", [[pickingId]]);
    // What the prompt did shows in the form.
    await action.doAction(prompt, { onClose: () => action.doAction("soft_reload") });
}

/**
 * The client action of the same.
 *
 * @param {Object} env
 * @param {Object} action whose `params` are `form`, the action of the form, and `picking_id`
 */
export function openPrompt({ services }, { params }) {
    return openFormWithPrompt(services, params.form, params.picking_id);
}

/**
 * Let people choose what they mean by a text.
 *
 * @param {Object} env
 * @param {Object} action whose `params` are `text` and `choices`, see `ScanChoices`
 */
export function choose(env, { params }) {
    const { action, dialog } = env.services;
    dialog.add(ScanChoices, { ...params, onChoose: (choice) => action.doAction(choice.action) });
}

registry.category("actions").add("serialized_parts_open_prompt", openPrompt);
registry.category("actions").add("serialized_parts_choose", choose);

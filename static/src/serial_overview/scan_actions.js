import { registry } from "@web/core/registry";
import { ScanChoices } from "./scan_choices";

/**
 * Open the form of a transfer with its prompt on top.
 *
 * @param {Object} env
 * @param {Object} action whose `params` are `form`, the action of the form, and `picking_id`
 */
export async function openPrompt(env, { params }) {
    const { action, orm } = env.services;
    await action.doAction(params.form);
    const prompt = await orm.call("stock.picking", "action_open_serial_prompt", [
        [params.picking_id],
    ]);
    await action.doAction(prompt, {
        // What the prompt did shows in the form.
        onClose: () => action.doAction({ type: "ir.actions.client", tag: "soft_reload" }),
    });
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

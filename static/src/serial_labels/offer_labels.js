import { registry } from "@web/core/registry";

/**
 * Show what was done, with a button that opens the dialog for its labels.
 *
 * @param {Object} env
 * @param {Object} action whose `params` are `message`, `button`, `picking_ids` and `next`, the action
 *     that is done now
 */
export function offerLabels(env, { params }) {
    const { action, notification, orm } = env.services;
    const print = async () => {
        close();
        const method = "action_print_serial_labels";
        await action.doAction(await orm.call("stock.picking", method, [params.picking_ids]));
    };
    const close = notification.add(params.message, {
        type: "success",
        autocloseDelay: 15000,
        buttons: [{ name: params.button, primary: true, onClick: print }],
    });
    return params.next;
}

registry.category("actions").add("serialized_parts_offer_labels", offerLabels);

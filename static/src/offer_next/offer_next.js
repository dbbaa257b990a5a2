import { registry } from "@web/core/registry";

const TRANSFER = "stock.picking";
/** Milliseconds in which what was done can be read, and what follows chosen. */
const DELAY = 30_000;

/** The notification of the transfer before: only what was done last is shown. */
let closeLast = () => {};

/** Open the dialog that prints labels of the units of transfers. */
async function printLabels({ action, orm }, pickingIds) {
    await action.doAction(await orm.call(TRANSFER, "action_print_serial_labels", [pickingIds]));
}

/** Open a transfer, in place of the one that is open, and its prompt if it has one. */
async function openTransfer({ action, orm }, { picking_id: resId, has_prompt: hasPrompt }) {
    const isOpen = action.currentController?.props.resModel === TRANSFER;
    const form = {
        type: "ir.actions.act_window",
        res_model: TRANSFER,
        res_id: resId,
        views: [[false, "form"]],
    };
    await action.doAction(form, isOpen ? { stackPosition: "replaceCurrentAction" } : {});
    if (hasPrompt) {
        const prompt = await orm.call(TRANSFER, "action_open_serial_prompt", [[resId]]);
        await action.doAction(prompt, { onClose: () => action.doAction("soft_reload") });
    }
}

/**
 * Show what was done, with buttons for what can follow.
 *
 * @param {Object} env
 * @param {Object} action whose `params` are `message`; `offers`, each with its `label` and either
 *     `labels_of`, the ids of transfers, or `picking_id` and `has_prompt`; and `next`, the action
 *     that is done now
 */
export function offerNext({ services }, { params }) {
    const buttons = params.offers.map((offer) => ({
        name: offer.label,
        onClick: () => {
            closeLast();
            return offer.labels_of
                ? printLabels(services, offer.labels_of)
                : openTransfer(services, offer);
        },
    }));
    closeLast();
    closeLast = services.notification.add(params.message, {
        type: "success",
        className: "o_serial_offer_next",
        autocloseDelay: DELAY,
        buttons,
    });
    return params.next;
}

registry.category("actions").add("serialized_parts_offer_next", offerNext);

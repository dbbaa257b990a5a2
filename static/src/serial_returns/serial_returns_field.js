import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The deliveries that units on a receipt most likely come back from: return them, or keep them. */
export class SerialReturnsField extends Component {
    static template = "serialized_parts.SerialReturnsField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get record() {
        return this.props.record;
    }

    get rows() {
        return this.record.data[this.props.name] || [];
    }

    returnLabel({ several }) {
        return several ? _t("Return Them") : _t("Return It");
    }

    keepLabel({ several, assigned }) {
        if (!assigned) {
            return _t("No Return");
        }
        return several ? _t("Keep Them Here") : _t("Keep It Here");
    }

    async onReturn(row) {
        const prompt = await this.call("action_return_serials", row);
        if (prompt) {
            await this.action.doAction(prompt);
        }
    }

    async onKeep(row) {
        await this.call("keep_serials_here", row);
        await this.record.load();
    }

    /** Save what people typed, and call *method* for the delivery of a row. */
    async call(method, row) {
        if (await this.record.save()) {
            // The context names the transfers that share the prompt.
            const { resModel, resId, context } = this.record;
            return this.orm.call(resModel, method, [[resId], row.return_id], { context });
        }
    }
}

export const serialReturnsField = {
    component: SerialReturnsField,
    displayName: _t("Possible returns"),
    supportedTypes: ["json"],
};

registry.category("fields").add("serial_returns", serialReturnsField);

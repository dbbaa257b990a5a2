import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const format = (number) => formatFloat(number, { trailingZeros: false });

/**
 * How many of the units on hand have a serial number, as a progress bar. The field counts those
 * that have one, `options="{'unserialized': …}"` names the field of those that don't.
 */
export class SerialProgressField extends Component {
    static template = "serialized_parts.SerialProgressField";
    static props = { ...standardFieldProps, unserialized: String };

    get serialized() {
        return this.props.record.data[this.props.name];
    }

    get total() {
        return this.serialized + this.props.record.data[this.props.unserialized];
    }

    get percent() {
        return this.total ? (100 * this.serialized) / this.total : 0;
    }

    get text() {
        if (!this.total) {
            return _t("No units on hand.");
        }
        return _t("%(named)s of %(total)s units have a serial number", {
            named: format(this.serialized),
            total: format(this.total),
        });
    }
}

export const serialProgressField = {
    component: SerialProgressField,
    displayName: _t("Units with a serial number"),
    supportedOptions: [
        { name: "unserialized", label: _t("Field of the unserialized units"), type: "string" },
    ],
    supportedTypes: ["integer"],
    extractProps: ({ options }) => ({ unserialized: options.unserialized }),
};

registry.category("fields").add("serial_progress", serialProgressField);

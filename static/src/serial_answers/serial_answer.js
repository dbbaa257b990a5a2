import { _t } from "@web/core/l10n/translation";
import { PropertyValue } from "@web/views/fields/properties/property_value";
import { parseFloat, parseInteger } from "@web/views/fields/parsers";

const YES_NO = { yes: true, no: false };
const NUMBERS = { integer: parseInteger, float: parseFloat };

/**
 * One answer, typed and shown as Odoo's properties are; but "not answered" is neither 0 nor "no",
 * and what is not a number stays where it was typed.
 */
export class SerialAnswer extends PropertyValue {
    static template = "serialized_parts.SerialAnswer";
    static props = {
        ...PropertyValue.props,
        typed: { type: String, optional: true },
        onInvalid: Function,
    };

    get isAnswered() {
        return ![undefined, null].includes(this.props.value);
    }

    get displayValue() {
        if (this.props.typed) {
            return this.props.typed;
        }
        if (this.props.type === "boolean") {
            return { true: _t("Yes"), false: _t("No") }[this.props.value] || "";
        }
        if (this.props.type in NUMBERS && (!this.isAnswered || this.props.value === false)) {
            return "";
        }
        return super.displayValue;
    }

    async onValueChange(value) {
        if (this.props.type === "boolean") {
            return this.props.onChange(YES_NO[value] ?? null);
        }
        if (this.props.type in NUMBERS) {
            return this.onNumberChange(value.trim());
        }
        return super.onValueChange(value);
    }

    onNumberChange(text) {
        let number = null;
        try {
            number = text && NUMBERS[this.props.type](text);
        } catch {
            return this.props.onInvalid(text);
        }
        return this.props.onChange(text ? number : null);
    }
}

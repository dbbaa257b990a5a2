import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { SerialAnswer } from "./serial_answer";

/**
 * The custom fields of a serial number, to be answered. Which fields there are is set up in
 * their own menu, not here.
 */
export class SerialAnswersField extends Component {
    static template = "serialized_parts.SerialAnswersField";
    static components = { SerialAnswer };
    static props = {
        ...standardFieldProps,
        context: { type: Object, optional: true },
        isDefault: { type: Boolean, optional: true },
        onValidityChange: { type: Function, optional: true },
    };
    static defaultProps = { context: {}, onValidityChange: () => {} };

    setup() {
        this.action = useService("action");
        this.state = useState({ invalid: {} });
        onWillStart(async () => {
            this.isManager = await user.hasGroup("stock.group_stock_manager");
        });
        useRecordObserver(() => {
            this.state.invalid = {};
        });
    }

    get questions() {
        return this.props.record.data[this.props.name] || [];
    }

    get partType() {
        const { data, fields } = this.props.record;
        return data[fields[this.props.name].definition_record];
    }

    get nothingToAnswer() {
        if (!this.partType) {
            return _t("No custom fields are set up.");
        }
        return _t("No custom fields are set up for %(part_type)s.", {
            part_type: this.partType.display_name,
        });
    }

    domId(question) {
        return `${this.props.record.id}_${question.name}`;
    }

    isOpen(question) {
        return (
            question.required && !this.props.isDefault && [undefined, null].includes(question.value)
        );
    }

    async onChange(question, value) {
        delete this.state.invalid[question.name];
        if (!Object.keys(this.state.invalid).length) {
            await this.props.record.resetFieldValidity(this.props.name);
            this.props.onValidityChange(true);
        }
        const answers = this.questions.map((other) =>
            other.name === question.name ? { ...other, value } : other,
        );
        await this.props.record.update({ [this.props.name]: answers });
    }

    onInvalid(question, text) {
        this.state.invalid[question.name] = text;
        this.props.record.setInvalidField(this.props.name);
        this.props.onValidityChange(false);
    }

    async onConfigure() {
        await this.action.doAction("serialized_parts.serial_question_action", {
            additionalContext: { default_category_ids: [this.partType.id] },
        });
    }
}

export const serialAnswersField = {
    component: SerialAnswersField,
    displayName: _t("Custom fields of a serial number"),
    supportedTypes: ["properties"],
    extractProps: (_info, { context }) => ({ context }),
};

registry.category("fields").add("serial_answers", serialAnswersField);

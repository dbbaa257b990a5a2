import { onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { SerialAnswersField } from "../serial_answers/serial_answers_field";
import { SerialTableRenderer } from "./serial_table_renderer";

/** Units that get a serial number, with the custom fields of the selected row below. */
export class SerialTableField extends X2ManyField {
    static template = "serialized_parts.SerialTableField";
    static components = {
        ...X2ManyField.components,
        ListRenderer: SerialTableRenderer,
        SerialAnswersField,
    };
    static props = {
        ...X2ManyField.props,
        copy: { type: String, optional: true },
        fill: { type: String, optional: true },
        missing: { type: String, optional: true },
    };

    setup() {
        super.setup();
        this.selection = useState({ resId: false, isOpen: null });
        this.orm = useService("orm");
        this.ui = useState(useService("ui"));
        this.boxRef = useRef("box");
        this.lineToAnswer = this.props.record.context.serial_line_to_answer;
        onWillStart(() => this.showLineToAnswer());
        useEffect(
            () => this.focusOpenAnswer(),
            () => [this.selected?.resId],
        );
        this.missing = useState({ text: "" });
        useEffect(
            (text) => {
                this.missing.text = text;
            },
            () => [this.props.record.data[this.props.missing]],
        );
        useEffect(
            (id, isMissing) => {
                if (id && this.lastRow?.id === id && this.lastRow.isMissing !== isMissing) {
                    this.readMissing();
                }
                this.lastRow = { id, isMissing };
            },
            () => [this.selected?.id, Boolean(this.selected?.data.answers_missing)],
        );
    }

    /** Select the line that the prompt is open for, as it lacks an answer, on whatever page it is. */
    async showLineToAnswer() {
        const index = this.list.resIds.indexOf(this.lineToAnswer);
        if (index >= this.list.limit) {
            const { limit } = this.list;
            await this.list.load({ offset: index - (index % limit), limit });
        }
        this.selection.resId = this.lineToAnswer;
    }

    /** Go to the field that has to be answered, once. */
    focusOpenAnswer() {
        if (!this.lineToAnswer || this.selected?.resId !== this.lineToAnswer) {
            return;
        }
        this.lineToAnswer = null;
        const open = ".o_serial_answer_open :is(input, select, textarea)";
        const field = this.boxRef.el.querySelector(open);
        field?.focus();
        field?.scrollIntoView({ block: "center" });
    }

    /** Save, and read again what is missing, without leaving the page or the field that people are in. */
    async readMissing() {
        const { record, missing } = this.props;
        if (missing && (await record.save({ reload: false }))) {
            const { resModel, resId, context } = record;
            const [values] = await this.orm.read(resModel, [resId], [missing], { context });
            this.missing.text = values[missing];
        }
    }

    /** The row that people chose; until then the first with answers missing, which stays. */
    get selected() {
        const { records } = this.list;
        const shown =
            records.find((record) => record.resId && record.resId === this.selection.resId) ||
            records.find((record) => record.id === this.firstId) ||
            records.find((record) => record.data.answers_missing) ||
            records[0];
        this.firstId = shown?.id;
        return shown;
    }

    get canCopy() {
        const { copy, readonly } = this.props;
        return Boolean(copy) && !readonly && this.list.count > 1 && this.box.hasAnswers;
    }

    /** Whether other rows may lack a required answer. */
    get mayFill() {
        const { records, count } = this.list;
        const isMissing = (record) => record !== this.selected && record.data.answers_missing;
        const hasOtherPages = this.missing.text && count > records.length;
        return (
            this.canCopy && Boolean(this.props.fill) && (records.some(isMissing) || hasOtherPages)
        );
    }

    /** Whether the selected row has an answer to give them. */
    get canFill() {
        return this.box.record.data.serial_answers.some(
            ({ required, value }) => required && ![undefined, null].includes(value),
        );
    }

    /** The box is beside the list, where there is room and something to answer. */
    get tableClass() {
        const beside = this.box?.hasQuestions ? "o_serial_beside" : "";
        return `${this.className} o_serial_table ${beside}`;
    }

    /** On a phone the box opens by itself only where a required answer is missing, and stays open
     * for that row. */
    get isOpen() {
        const { id, data } = this.selected;
        if (data.answers_missing) {
            this.openedId = id;
        }
        return !this.ui.isSmall || (this.selection.isOpen ?? this.openedId === id);
    }

    onFold() {
        this.selection.isOpen = !this.isOpen;
    }

    /** Copy the answers of the selected row to others, on the server: there may be many. */
    async onCopy(below) {
        await this.callOnLine(this.props.copy, below);
    }

    /** Give the required answers of the selected row to all rows that lack them. */
    async onFill() {
        await this.callOnLine(this.props.fill);
    }

    /** Save, and call a method of the transfer with the line of the selected row. */
    async callOnLine(method, ...args) {
        const { record } = this.props;
        const lineId = this.selected.resId;
        if (await record.save()) {
            const { resModel, resId, context } = record;
            await this.orm.call(resModel, method, [[resId], lineId, ...args], { context });
            await record.load();
        }
    }

    /** Let the form know that a row can't be saved: it keeps people from leaving. */
    onValidityChange(isValid) {
        const { record, name } = this.props;
        return isValid ? record.resetFieldValidity(name) : record.setInvalidField(name);
    }

    onSelect(id) {
        const record = this.list.records.find((other) => other.id === id);
        if (record?.resId !== this.selection.resId) {
            this.selection.isOpen = null;
        }
        this.selection.resId = record?.resId;
        this.firstId = id;
    }

    /** The record whose answers the box shows; none in an empty table. */
    get box() {
        const record = this.selected;
        return (
            record && {
                record,
                title: record.data.name || record.data.lot_id?.display_name || record.data.lot_name,
                readonly: this.props.readonly || Boolean(record.data.lot_id),
                hasQuestions: record.data.serial_answers?.length > 0,
                hasAnswers: record.data.serial_answers?.length > 0 && !record.data.lot_id,
            }
        );
    }

    get rendererProps() {
        return {
            ...super.rendererProps,
            selectedId: this.selected?.id || "",
            onSelect: (id) => this.onSelect(id),
        };
    }
}

export const serialTableField = {
    ...x2ManyField,
    component: SerialTableField,
    displayName: _t("Serial numbers with their custom fields"),
    supportedOptions: [
        { name: "copy", label: _t("Method that copies answers"), type: "string" },
        { name: "fill", label: _t("Method that gives missing answers"), type: "string" },
        { name: "missing", label: _t("Field with the missing answers"), type: "string" },
    ],
    extractProps: (info, dynamicInfo) => ({
        ...x2ManyField.extractProps(info, dynamicInfo),
        copy: info.options.copy,
        fill: info.options.fill,
        missing: info.options.missing,
    }),
};

registry.category("fields").add("serial_table", serialTableField);

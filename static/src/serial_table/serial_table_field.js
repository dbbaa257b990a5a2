import { useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { SerialAnswersField } from "../serial_answers/serial_answers_field";

/** A list of serial numbers in which one row is selected: by mouse, by Tab and by the arrows. */
export class SerialTableRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "selectedId", "onSelect"];

    setup() {
        super.setup();
        useEffect(
            (table) => {
                const onFocusIn = this.onFocusIn.bind(this);
                table?.addEventListener("focusin", onFocusIn);
                return () => table?.removeEventListener("focusin", onFocusIn);
            },
            () => [this.tableRef.el],
        );
    }

    getRowClass(record) {
        const selected = record.id === this.props.selectedId ? " table-active" : "";
        return super.getRowClass(record) + selected;
    }

    async onCellClicked(record, column, ev, newWindow) {
        this.props.onSelect(record.id);
        return super.onCellClicked(record, column, ev, newWindow);
    }

    onFocusIn(ev) {
        const row = ev.target.closest(".o_data_row");
        if (row) {
            this.props.onSelect(row.dataset.id);
        }
    }
}

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
    };

    setup() {
        super.setup();
        this.selection = useState({ resId: false });
        this.orm = useService("orm");
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

    /** Copy the answers of the selected row to others, on the server: there may be many. */
    async onCopy(below) {
        const { record, copy } = this.props;
        const lineId = this.selected.resId;
        await record.save();
        const { resModel, resId, context } = record;
        await this.orm.call(resModel, copy, [[resId], lineId, below], { context });
        await record.load();
    }

    /** Let the form know that a row can't be saved: it keeps people from leaving. */
    onValidityChange(isValid) {
        const { record, name } = this.props;
        return isValid ? record.resetFieldValidity(name) : record.setInvalidField(name);
    }

    onSelect(id) {
        const record = this.list.records.find((other) => other.id === id);
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
    supportedOptions: [{ name: "copy", label: _t("Method that copies answers"), type: "string" }],
    extractProps: (info, dynamicInfo) => ({
        ...x2ManyField.extractProps(info, dynamicInfo),
        copy: info.options.copy,
    }),
};

registry.category("fields").add("serial_table", serialTableField);

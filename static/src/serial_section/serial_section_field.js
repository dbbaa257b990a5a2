import { Component, onWillUnmount, reactive, toRaw, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { deepEqual } from "@web/core/utils/objects";
import { batched, useDebounced } from "@web/core/utils/timing";
import { parseXML } from "@web/core/utils/xml";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { extractFieldsFromArchInfo, useRecordObserver } from "@web/model/relational_model/utils";
import { Many2OneField } from "@web/views/fields/many2one/many2one_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ListArchParser } from "@web/views/list/list_arch_parser";
import { SerialAnswersField } from "../serial_answers/serial_answers_field";
import { forgetDrafts, getEdits, hasDrafts, keepDraft, restoreDraft } from "./serial_section_edits";
import { SerialPager, SerialSectionRenderer } from "./serial_section_renderer";

const SERIAL = "stock.lot";
const LIST_VIEW = "serialized_parts.stock_lot_view_list_part";

class SerialSectionModel extends RelationalModel {
    // Rows from the cache would be replaced while they are being edited.
    static withCache = false;
}

/**
 * The serial numbers of a part, with the custom fields of the selected one below.
 *
 * The server sorts, filters and pages them. What is edited is the value of the field, a dict
 * `{serial id: {location_id, serial_answers}}`, so that it is saved and discarded with the form.
 * `options="{'defaults': …}"` names the field with the answers that new serial numbers get.
 */
export class SerialSectionField extends Component {
    static template = "serialized_parts.SerialSectionField";
    static components = { Many2OneField, SerialAnswersField, SerialPager, SerialSectionRenderer };
    static props = { ...standardFieldProps, defaults: String };

    setup() {
        this.viewService = useService("view");
        this.notification = useService("notification");
        this.services = Object.fromEntries(
            RelationalModel.services.map((name) => [name, useService(name)]),
        );
        this.boxRef = useRef("box");
        this.state = useState({ selectedId: null, shown: "all", text: "", version: 0 });
        this.search = useDebounced(() => this.onSearch(), 300);
        useRecordObserver((record) => this.onFormChange(record));
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) =>
            detail.proms.push(this.model.mutex.getUnlockedDef()),
        );
        onWillUnmount(() => this.isInvalid && this.forgetInvalid());
    }

    // ---------------------------------------------------------------------------- loading

    /** Load the table for another part, and again after the form was saved or discarded. */
    async onFormChange(record) {
        const { id, dirty } = record;
        const isClean = !dirty && (this.wasDirty || hasDrafts(record));
        const isLoaded = id === this.formId && !isClean;
        Object.assign(this, { formId: id, wasDirty: dirty, formRecord: record });
        if (isLoaded) {
            return;
        }
        if (!dirty) {
            forgetDrafts(record);
        }
        this.isAnswerInvalid = false;
        this.state.version++;
        await (this.model ? this.reload(record) : this.loadTable(record));
    }

    async loadTable(record) {
        const { relatedModels, views } = await this.viewService.loadViews({
            resModel: SERIAL,
            views: [[false, "list"]],
            context: { list_view_ref: LIST_VIEW },
        });
        const arch = parseXML(views.list.arch);
        this.archInfo = new ListArchParser().parse(arch, relatedModels, SERIAL);
        const model = new SerialSectionModel(this.env, this.getModelParams(record, relatedModels), {
            ...this.services,
        });
        this.model = reactive(
            model,
            batched(() => this.render()),
        );
        await this.model.load({ domain: this.getDomain(record), groupBy: [], orderBy: [] });
        this.model.whenReady.resolve();
    }

    getModelParams(record, relatedModels) {
        const fields = extractFieldsFromArchInfo(this.archInfo, relatedModels[SERIAL].fields);
        const isTemplate = record.resModel !== "product.product";
        const context = { show_variant: isTemplate && record.data.product_variant_count > 1 };
        return {
            config: { resModel: SERIAL, context, ...fields },
            limit: this.archInfo.limit,
            countLimit: this.archInfo.countLimit,
            defaultOrderBy: this.archInfo.defaultOrder,
            hooks: {
                onRootLoaded: (list) => this.onListLoaded(list),
                onRecordChanged: (serial, changes) => this.onSerialChange(serial, changes),
            },
        };
    }

    /** The serial numbers of the part, as filtered. */
    getDomain({ resModel, resId }) {
        const link = resModel === "product.product" ? "product_id" : "product_tmpl_id";
        const domain = [[link, "=", resId || 0]];
        if (this.state.shown === "on_hand") {
            domain.push(["is_on_hand", "=", true]);
        }
        if (this.state.text) {
            domain.push(["name", "ilike", this.state.text]);
        }
        return domain;
    }

    /** Load the page again, or that of *params* (`offset`, `limit`). */
    async reload(record = this.props.record, params = {}) {
        await this.list.load({ ...params, domain: this.getDomain(record) });
    }

    onListLoaded(list) {
        this.loaded = new Map(list.records.map(({ resId, data }) => [resId, { ...data }]));
        list.records.forEach((serial) => restoreDraft(this.formRecord, serial));
    }

    get list() {
        return this.model.root;
    }

    // -------------------------------------------------------------------------- selection

    /** The selected serial number; none when the defaults are selected. Each page begins with
     * its first one that has answers missing. */
    get selected() {
        const { records } = this.list;
        if (this.state.selectedId === "defaults") {
            return undefined;
        }
        const shown =
            records.find(({ resId }) => resId === this.state.selectedId) ||
            records.find(({ resId }) => resId === this.firstId) ||
            records.find(({ data }) => data.answers_missing) ||
            records[0];
        this.firstId = shown?.resId;
        return shown;
    }

    get defaultsTitle() {
        return _t("Default Serial Q&A");
    }

    /** The record and the field whose answers the box shows. */
    get box() {
        const serial = this.selected;
        const { record, defaults, readonly } = this.props;
        if (!serial) {
            return { record, name: defaults, title: this.defaultsTitle, readonly, isDefault: true };
        }
        return { record: serial, name: "serial_answers", title: serial.data.name, readonly };
    }

    get boxId() {
        return `serial_box_${this.props.record.id}`;
    }

    /** The box starts afresh for each row, and after the form was saved or discarded. */
    get boxKey() {
        return `${this.box.record.id}_${this.state.version}`;
    }

    get locationId() {
        return `serial_location_${this.box.record.id}`;
    }

    /** The location is shown where the table has it; a unit without a single one can't be moved. */
    get locationProps() {
        const serial = this.selected;
        if (!serial || !("location_id" in serial.data)) {
            return null;
        }
        return {
            id: this.locationId,
            name: "location_id",
            record: serial,
            canOpen: false,
            canCreate: false,
            canCreateEdit: false,
            canQuickCreate: false,
            readonly: this.props.readonly || !this.loaded.get(serial.resId)?.location_id,
        };
    }

    onSelect(id) {
        const serial = this.list.records.find((other) => other.id === id);
        const selectedId = serial?.resId || "defaults";
        const shownId = this.selected?.resId || "defaults";
        if (selectedId === shownId || this.canLeave()) {
            this.state.selectedId = selectedId;
            // Below the table, the box may be out of sight.
            this.boxRef.el.scrollIntoView({ block: "nearest" });
        }
    }

    onEnter() {
        this.boxRef.el.querySelector("input, select, textarea, button, a")?.focus();
    }

    // ---------------------------------------------------------------------------- editing

    /** Write the edits of a serial number to the form. */
    async onSerialChange(serial, changes) {
        const { record, name } = this.props;
        const before = record.data[name] || {};
        const edited = getEdits(serial, this.loaded.get(serial.resId), changes);
        const edits = { ...toRaw(before), [serial.resId]: edited };
        if (!serial.data.location_id && changes.location_id === false) {
            serial.setInvalidField("location_id");
        }
        if (!deepEqual(edits, before)) {
            await record.update({ [name]: edits });
        }
        keepDraft(this.formRecord, serial, edited);
        this.updateValidity();
    }

    get isInvalid() {
        return Boolean(this.isAnswerInvalid || this.selected?.isFieldInvalid("location_id"));
    }

    onValidityChange(isValid) {
        this.isAnswerInvalid = !isValid;
        this.updateValidity();
    }

    /** Let the form know whether the box can be saved: if not, it keeps people from leaving. */
    updateValidity() {
        const { record, name } = this.props;
        if (this.isInvalid) {
            record.setInvalidField(name);
        } else if (record.isFieldInvalid(name)) {
            record.resetFieldValidity(name);
        }
    }

    /** Whether another row may be selected; if not, show why and go to what is wrong. */
    canLeave() {
        if (!this.isInvalid) {
            return true;
        }
        this.closeWarning?.();
        this.closeWarning = this.notification.add(
            _t("Correct the custom fields of %(serial)s first.", { serial: this.box.title }),
            { type: "danger" },
        );
        this.boxRef.el.querySelector(".o_field_invalid :is(input, select, textarea)")?.focus();
        return false;
    }

    /** What can't be saved is lost with the tab of the form: let people know. */
    forgetInvalid() {
        const { record, name, defaults } = this.props;
        [name, defaults].forEach((field) => record.resetFieldValidity(field));
        this.notification.add(
            _t("What you typed for %(serial)s is not valid and was not saved.", {
                serial: this.box.title,
            }),
            { type: "warning" },
        );
    }

    // ------------------------------------------------------------------- filters and pages

    async onSearch() {
        if (this.canLeave()) {
            await this.reload(this.props.record, { offset: 0 });
        }
    }

    onType(ev) {
        this.state.text = ev.target.value.trim();
        this.search();
    }

    async onShow(shown) {
        if (this.canLeave()) {
            this.state.shown = shown;
            await this.onSearch();
        }
    }

    async onPage(params) {
        if (this.canLeave()) {
            await this.reload(this.props.record, params);
        }
    }

    async onLimit(ev) {
        await this.onPage({ offset: 0, limit: Number(ev.target.value) });
    }

    get filters() {
        return [
            { name: "all", label: _t("All") },
            { name: "on_hand", label: _t("On Hand") },
        ];
    }

    get emptyText() {
        if (this.list.count) {
            return "";
        }
        const isFiltered = this.state.text || this.state.shown !== "all";
        return isFiltered ? _t("No serial number matches.") : _t("No serial numbers yet.");
    }

    get pagerProps() {
        const { offset, limit, count, hasLimitedCount } = this.list;
        return {
            offset,
            limit,
            total: count,
            onUpdate: (params) => this.onPage(params),
            updateTotal: hasLimitedCount ? () => this.list.fetchCount() : undefined,
            withAccessKey: false,
        };
    }

    get rendererProps() {
        const { record, name } = this.props;
        return {
            archInfo: this.archInfo,
            list: this.list,
            openRecord: () => {},
            cycleOnTab: false,
            nestedKeyOptionalFieldsData: { field: name, model: record.resModel, viewMode: "form" },
            selectedId: this.selected?.id || "defaults",
            defaultsTitle: this.defaultsTitle,
            emptyText: this.emptyText,
            canLeave: () => this.canLeave(),
            onEnter: () => this.onEnter(),
            onSelect: (id) => this.onSelect(id),
        };
    }
}

export const serialSectionField = {
    component: SerialSectionField,
    displayName: _t("Serial numbers of a part"),
    supportedOptions: [{ name: "defaults", label: _t("Field with the defaults"), type: "string" }],
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ defaults: options.defaults }),
};

registry.category("fields").add("serial_section", serialSectionField);

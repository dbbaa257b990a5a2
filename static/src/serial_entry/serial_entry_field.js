import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { downloadFile } from "@web/core/network/download";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { useDebounced } from "@web/core/utils/timing";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Beeper, useScanIntoOtherFields } from "./scanner";

/** What one call takes: long work goes in steps, so that it can be watched and cancelled. */
const BATCH = 500;
/** What stands for more than one unit, and is shown before it is assigned. */
const SEVERAL = /[\n,;]|\.\.|\*\s*\d+\s*(@|$)/;
const HEADER = /(^|[\t;,])\s*"?serial\b/i;
const GIVEN = ["assigned", "known"];
const SETTLED = [...GIVEN, "location", "product"];

/**
 * Split *text* into texts of at most *size* lines; a table's header stands above each.
 *
 * @param {string} text
 * @param {number} [size]
 * @returns {string[]}
 */
export function splitIntoBatches(text, size = BATCH) {
    const lines = text.split("\n").filter((line) => line.trim());
    const header = HEADER.test(lines[0]) ? lines.splice(0, 1) : [];
    const batches = [];
    for (let start = 0; start < lines.length; start += size) {
        batches.push([...header, ...lines.slice(start, start + size)].join("\n"));
    }
    return batches;
}

/** Join what {@link splitIntoBatches} made, with one header. */
export function joinBatches(batches) {
    return batches
        .map((batch, index) =>
            index && HEADER.test(batch.split("\n")[0])
                ? batch.slice(batch.indexOf("\n") + 1)
                : batch,
        )
        .join("\n");
}

/**
 * The entry box of the prompt: takes what is typed, scanned, pasted, read from a file or
 * generated, and keeps what could not be assigned in sight.
 */
export class SerialEntryField extends Component {
    static template = "serialized_parts.SerialEntryField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.box = useRef("box");
        this.file = useRef("file");
        this.beeper = useState(new Beeper());
        this.hasCamera = isBarcodeScannerSupported();
        this.queue = [];
        this.state = useState({
            text: this.record.data[this.props.name] || "",
            preview: null,
            said: "",
            progress: null,
        });
        this.previewSoon = useDebounced(() => this.preview(), 400);
        const { bus } = this.record.model;
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.enter(detail.barcode),
        );
        useScanIntoOtherFields(
            () => this.box.el,
            (code) => this.enter(code),
        );
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        onMounted(() => this.box.el.focus());
        if (this.env.dialogData) {
            this.env.dialogData.dismiss = () => this.keepAll();
        }
    }

    get record() {
        return this.props.record;
    }

    get refused() {
        return this.record.data.serial_entry_refused || [];
    }

    get target() {
        const { serial_entry_product_id: part, serial_entry_location_id: bin } = this.record.data;
        return [part?.id || false, bin?.id || false];
    }

    get assignLabel() {
        const { preview } = this.state;
        return preview ? _t("Assign %s", preview.assigned) : _t("Assign");
    }

    /** Note what stands in the box on the record, for the form to save. */
    async commit() {
        if ((this.record.data[this.props.name] || "") !== this.state.text) {
            await this.record.update({ [this.props.name]: this.state.text || false });
        }
    }

    /** Save before the prompt closes, by Esc too; with what can't be saved it stays open. */
    async keepAll() {
        if (!(await this.record.save())) {
            await new Promise(() => {});
        }
    }

    setText(text) {
        this.state.text = text;
        this.state.preview = null;
        this.box.el?.focus();
    }

    // ------------------------------------------------------------------------------- the box

    onInput(ev) {
        this.state.text = ev.target.value;
        this.state.preview = null;
        if (SEVERAL.test(this.state.text.trim())) {
            this.previewSoon();
        }
    }

    onKeydown(ev) {
        const isEnd = (ev.key === "Enter" && !ev.shiftKey) || (ev.key === "Tab" && !ev.shiftKey);
        if (isEnd && this.state.text.trim()) {
            ev.preventDefault();
            ev.stopPropagation();
            this.submit();
        }
    }

    /** Assign what is in the box; several units only after their preview was seen. */
    async submit() {
        const text = this.state.text.trim();
        if (!text) {
            return;
        }
        if (SEVERAL.test(text) && !this.state.preview) {
            return this.preview();
        }
        this.setText("");
        await this.enter(text);
    }

    async preview() {
        const text = this.state.text.trim();
        if (!text || !this.box.el) {
            return;
        }
        const [first, ...others] = splitIntoBatches(text);
        const preview = await this.call("preview_serials", first, ...this.target);
        if (text === this.state.text.trim()) {
            this.state.preview = { ...preview, more: joinBatches(others).split("\n").length };
            this.state.preview.more = others.length ? this.state.preview.more : 0;
        }
    }

    // --------------------------------------------------------------------------- assigning

    /** Have *text* entered after what is being entered already. */
    async enter(text, target = null) {
        this.queue.push(...splitIntoBatches(text).map((batch) => ({ batch, target })));
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        try {
            await this.work();
        } finally {
            this.isBusy = false;
            this.state.progress = null;
            this.box.el?.focus();
        }
    }

    async work() {
        if (!(await this.record.save())) {
            return this.putBack(0);
        }
        const rows = [];
        try {
            await this.enterAll(rows);
        } finally {
            await this.record.load();
        }
        this.tell(rows);
    }

    async enterAll(rows) {
        let { target } = this;
        for (let done = 0; this.queue.length; done++) {
            if (this.queue.length > 1 || this.state.progress) {
                this.state.progress = { done, total: done + this.queue.length };
            }
            const outcome = await this.enterNext(target);
            target = [outcome.product_id, outcome.location_id];
            rows.push(...outcome.entries);
        }
    }

    async enterNext(target) {
        const [{ batch, target: own }] = this.queue;
        try {
            const outcome = await this.call("enter_in_prompt", batch, ...(own || target));
            this.queue.shift();
            return outcome;
        } catch (error) {
            this.putBack(0);
            throw error;
        }
    }

    /** Stop after the step that is on its way. */
    cancel() {
        this.putBack(1);
    }

    /** Put what waits, from one place of the queue on, back into the box. */
    putBack(start) {
        const left = this.queue.splice(start).map(({ batch }) => batch);
        if (left.length) {
            this.setText(joinBatches([this.state.text, ...left].filter(Boolean)));
        }
    }

    tell(rows) {
        const refused = rows.filter((row) => !SETTLED.includes(row.status));
        this.beeper.play(!refused.length);
        const { serial_done_count: done, serial_unit_count: units } = this.record.data;
        const last = rows.at(-1);
        this.state.said = refused.length
            ? `${refused.at(-1).serial || refused.at(-1).text}: ${refused.at(-1).message}`
            : GIVEN.includes(last?.status)
              ? _t("%(serial)s assigned, %(done)s of %(units)s", {
                    serial: last.serial,
                    done,
                    units,
                })
              : last?.message || "";
    }

    call(method, ...args) {
        return this.orm.call(this.record.resModel, method, [[this.record.resId], ...args]);
    }

    // ------------------------------------------------------------------------ other sources

    async onGenerate() {
        await this.record.save();
        const outcome = await this.call("generate_serials", this.target[0]);
        await this.record.load();
        this.tell(outcome.entries);
    }

    async onCamera() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.enter(code);
        }
    }

    onFiles(files) {
        return files.length ? this.readFile(files[0]) : null;
    }

    async readFile(file) {
        const url = await getDataURLFromFile(file);
        const content = url.slice(url.indexOf(",") + 1);
        const text = await this.orm.call(this.record.resModel, "read_serial_file", [
            file.name,
            content,
        ]);
        this.setText(text.trim());
        await this.preview();
    }

    async onTemplate() {
        const text = await this.call("get_serial_template", this.target[0]);
        downloadFile(text, "serials.csv", "text/csv");
    }

    // ------------------------------------------------------------------------------ refused

    /** Whether the bin may be the reason: a unit in stock has its place already. */
    canTryAnyBin(row) {
        const isBound = this.record.data.serial_units_in_stock && this.target[1];
        return row.status === "surplus" && isBound;
    }

    forgetLabel(row) {
        return _t("Forget %s", row.name);
    }

    async forget(row) {
        await this.record.update({
            serial_entry_refused: this.refused.filter((other) => other.text !== row.text),
        });
        await this.record.save();
    }

    async onCorrect(row) {
        await this.forget(row);
        this.setText(row.text);
    }

    async onAnyBin(row) {
        await this.forget(row);
        await this.enter(row.text, [this.target[0], false]);
    }

    useSimilarLabel(row) {
        return _t("Use %s", row.similar);
    }

    /** Say whether a serial number is another one, which differs by letter case only, or new. */
    async onSimilar(row, isNew) {
        await this.record.save();
        const outcome = await this.call("answer_similar", row.text, isNew);
        await this.record.load();
        this.tell(outcome.entries);
        this.box.el?.focus();
    }

    async onOpen(row) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.lot",
            res_id: row.lot_id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

export const serialEntryField = {
    component: SerialEntryField,
    displayName: _t("Entry box for serial numbers"),
    supportedTypes: ["text"],
    fieldDependencies: [
        { name: "serial_units_in_stock", type: "boolean" },
        { name: "serial_entry_refused", type: "json", readonly: false },
        { name: "serial_done_count", type: "integer" },
        { name: "serial_unit_count", type: "integer" },
    ],
};

registry.category("fields").add("serial_entry", serialEntryField);

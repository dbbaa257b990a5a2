import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { downloadFile } from "@web/core/network/download";
import { useDebounced } from "@web/core/utils/timing";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ScanProgress } from "../scan_progress/scan_progress";
import { guessedColumns, SerialColumns } from "../serial_columns/serial_columns";
import { SerialRefused } from "../serial_refused/serial_refused";
import { EntryButtons } from "./entry_buttons";
import { describe, isRefused } from "./outcome";
import { Beeper, BoxScans, useScansBeside } from "./scanner";
import { SerialFiles } from "./serial_files";

/** How many units one call takes: long work goes in steps, to be watched and cancelled. */
const STEP = 500;

/**
 * The entry box of the prompt: enters what is typed, scanned, pasted, read from a file or
 * generated, and keeps what was refused in sight.
 */
export class SerialEntryField extends Component {
    static template = "serialized_parts.SerialEntryField";
    static components = { EntryButtons, ScanProgress, SerialColumns, SerialRefused };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.box = useRef("box");
        this.files = new SerialFiles(this.record.resModel);
        this.beeper = useState(new Beeper());
        this.hasCamera = isBarcodeScannerSupported();
        this.queue = [];
        this.state = useState({
            text: this.record.data[this.props.name] || "",
            preview: null,
            columns: null,
            message: "",
            progress: null,
            capsLock: false,
        });
        const showCapsLock = (isOn) => (this.state.capsLock = isOn);
        this.scans = new BoxScans(() => this.submit(), showCapsLock);
        this.previewSoon = useDebounced(() => this.preview(), 400);
        const { bus } = this.record.model;
        useScansBeside(this.box, (code) => this.enter(code, { single: true }), showCapsLock);
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        // The prompt may be open to give an answer that is missing.
        onMounted(() => this.record.context.serial_line_to_answer || this.box.el.focus());
        if (this.env.dialogData) {
            this.env.dialogData.dismiss = () => this.saveBeforeClosing();
        }
    }

    get record() {
        return this.props.record;
    }

    get refused() {
        return this.record.data.serial_entry_refused || [];
    }

    /** A unit in stock has its bin already: the chosen one may be the reason that it is refused. */
    get hasStockBin() {
        return Boolean(this.record.data.serial_units_in_stock && this.target[1]);
    }

    get target() {
        const { serial_entry_product_id: part, serial_entry_location_id: bin } = this.record.data;
        return [part?.id || false, bin?.id || false];
    }

    get placeholder() {
        return this.record.data.serial_is_scanned
            ? _t("The serial number on the unit, a bin, or a list")
            : _t("SN001, a range SN002..SN010, a count SN002*9, a bin, or a list");
    }

    get assignLabel() {
        const { preview } = this.state;
        return preview ? _t("Assign %s", preview.assigned) : _t("Assign");
    }

    /** The table whose columns people have to choose, or have chosen. */
    get table() {
        const { preview, columns } = this.state;
        return preview?.table && (columns || !preview.table.sure) ? preview.table : null;
    }

    get canAssign() {
        return this.hasText && !(this.table && !this.table.columns.some(isSerial));
    }

    /** Copy the text of the box to the record, for the form to save. */
    async commit() {
        if ((this.record.data[this.props.name] || "") !== this.state.text) {
            await this.record.update({ [this.props.name]: this.state.text || false });
        }
    }

    /** Save before the prompt closes, by Esc too; it stays open if that fails. */
    async saveBeforeClosing() {
        if (!(await this.record.save())) {
            await new Promise(() => {});
        }
    }

    setText(text) {
        this.state.text = text;
        this.forgetPreview();
        this.box.el?.focus();
    }

    forgetPreview() {
        Object.assign(this.state, { preview: null, columns: null });
    }

    // ------------------------------------------------------------------------------- the box

    onInput(ev) {
        this.state.text = ev.target.value;
        this.forgetPreview();
        this.previewSoon();
    }

    onKeydown(ev) {
        this.scans.onKeydown(ev, this.hasText && !this.table);
    }

    get hasText() {
        return Boolean(this.state.text.trim());
    }

    /** Assign what is in the box; several units only after their preview was seen. */
    async submit() {
        if (!this.hasText) {
            return this.openNextFile();
        }
        if (!this.canAssign) {
            return;
        }
        const { text, preview } = this.state;
        const columns = this.state.columns || (this.table && this.guessedColumns());
        this.setText("");
        await this.enter(text, { single: !preview, isLong: preview?.more > 0, columns });
    }

    async preview() {
        const { text, columns } = this.state;
        if (!this.hasText || !this.box.el) {
            return;
        }
        const args = [text, ...this.target, STEP, columns];
        const preview = await this.call("preview_serials", ...args);
        if (text === this.state.text && columns === this.state.columns && preview.several) {
            this.state.preview = preview;
        }
    }

    guessedColumns() {
        return guessedColumns(this.state.preview.table);
    }

    /** Show what the text means with these *columns*. */
    async onColumns(columns) {
        this.state.columns = columns;
        await this.preview();
    }

    // --------------------------------------------------------------------------- assigning

    /**
     * Have *text* entered after what is being entered already.
     *
     * @param {string} text
     * @param {Object} [how] target: the part and the bin to begin with, by default those that
     *   the text before ended on; single: only show what several units will become; isLong:
     *   it takes several steps; columns: which column of a table is which
     */
    async enter(text, how = {}) {
        this.queue.push({ text, ...how });
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        try {
            while (this.queue.length && !this.isCancelled) {
                await this.enterQueue();
            }
        } finally {
            this.isBusy = false;
            this.isCancelled = false;
            this.state.progress = null;
            this.putBack();
            this.box.el?.focus();
        }
        await this.openNextFile();
    }

    async enterQueue() {
        if (!(await this.record.save())) {
            return this.putBack();
        }
        const rows = [];
        try {
            await this.enterAll(rows);
        } finally {
            await this.record.load();
        }
        if (rows.length) {
            this.showOutcome(rows);
        }
    }

    async enterAll(rows) {
        let { target } = this;
        let done = 0;
        while (this.queue.length && !this.isCancelled) {
            const [next] = this.queue;
            const { length } = next.text;
            if (this.queue.length > 1 || next.isLong) {
                this.state.progress = { done, total: done + this.countLeft() };
            }
            const outcome = await this.enterStep(next, next.target || target);
            target = [outcome.product_id, outcome.location_id];
            rows.push(...outcome.entries);
            done += length - next.text.length;
        }
    }

    /** Enter one step of *next*; the rest of it stays in the queue. */
    async enterStep(next, target) {
        const { text, single = false, columns = null } = next;
        const args = [text, ...target, STEP, single, false, columns];
        const outcome = await this.call("enter_in_prompt", ...args);
        Object.assign(next, { text: outcome.rest, target: null, isLong: true });
        if (columns && "serial" in columns) {
            // The rest has a header that names its columns.
            next.columns = null;
        }
        if (outcome.preview || !outcome.rest) {
            this.queue.shift();
        }
        if (outcome.preview) {
            this.prepend(text);
            this.state.preview = text === this.state.text ? outcome.preview : null;
        }
        return outcome;
    }

    /** How many characters wait to be entered. */
    countLeft() {
        return this.queue.reduce((count, { text }) => count + text.length, 0);
    }

    /** Stop after the current step. */
    cancel() {
        this.isCancelled = true;
    }

    /** Put what was not entered back into the box. */
    putBack() {
        this.prepend(...this.queue.splice(0).map(({ text }) => text));
    }

    /** Put *texts* into the box, above what was typed there since. */
    prepend(...texts) {
        if (texts.length) {
            this.setText([...texts, this.state.text].filter(Boolean).join("\n"));
            this.scans.complete(this.state.text);
        }
    }

    /** Let people hear and read the outcome of what they entered: *rows* from the server. */
    showOutcome(rows) {
        const refused = rows.filter(isRefused);
        this.beeper.play(!refused.length);
        const last = refused.at(-1) || rows.at(-1);
        this.state.message = last ? describe(last, this.record.data) : "";
    }

    call(method, ...args) {
        // The context names the transfers that share the prompt.
        const { resModel, resId, context } = this.record;
        return this.orm.call(resModel, method, [[resId], ...args], { context });
    }

    // ------------------------------------------------------------------------ other sources

    async onGenerate() {
        await this.record.save();
        const outcome = await this.call("generate_serials", this.target[0]);
        await this.record.load();
        this.showOutcome(outcome.entries);
    }

    async onCamera() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.enter(code, { single: true });
        }
    }

    async onFiles(files) {
        for (const file of files) {
            await this.files.add(file);
        }
        await (this.hasText ? this.preview() : this.openNextFile());
    }

    /**
     * Put the next file's text into the box, once what is there has been entered: a table is only
     * read as one when nothing is above it.
     */
    async openNextFile() {
        if (!this.isBusy && !this.hasText && this.files.waiting.length) {
            this.setText(this.files.take());
            await this.preview();
        }
    }

    async onTemplate() {
        const text = await this.call("get_serial_template", this.target[0]);
        downloadFile(text, "serials.csv", "text/csv");
    }

    // ------------------------------------------------------------------------------ refused

    async forget(row) {
        await this.record.save();
        await this.call("forget_refused", row.text);
        await this.record.load();
    }

    async onCorrect(row) {
        await this.forget(row);
        this.setText(row.text);
    }

    async onAnyBin(row) {
        await this.forget(row);
        await this.enter(row.text, { target: [this.target[0], false] });
    }

    /** Answer whether a serial number is meant as it is, or what it most likely means. */
    async onAnswer(row, isNew) {
        await this.enterRefused("answer_similar", row.text, isNew);
    }

    /** Take a unit that another document has reserved. */
    async onTake(row) {
        await this.enterRefused("take_reserved", row.text);
    }

    async enterRefused(method, ...args) {
        await this.record.save();
        const outcome = await this.call(method, ...args);
        await this.record.load();
        this.showOutcome(outcome.entries);
        this.box.el?.focus();
    }
}

function isSerial(column) {
    return column.guess === "serial";
}

export const serialEntryField = {
    component: SerialEntryField,
    displayName: _t("Entry box for serial numbers"),
    supportedTypes: ["text"],
    fieldDependencies: [
        { name: "serial_units_in_stock", type: "boolean" },
        { name: "serial_entry_refused", type: "json" },
        { name: "serial_is_scanned", type: "boolean" },
        { name: "serial_scanned_count", type: "integer" },
        { name: "serial_done_count", type: "integer" },
        { name: "serial_unit_count", type: "integer" },
    ],
};

registry.category("fields").add("serial_entry", serialEntryField);

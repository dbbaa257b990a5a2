import { Component, toRaw, useEffect, useRef, useState } from "@odoo/owl";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { isMobileOS } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { guessedColumns, SerialColumns } from "../serial_columns/serial_columns";
import { SerialRefused } from "../serial_refused/serial_refused";
import { ScanProgress } from "../scan_progress/scan_progress";
import { Beeper, BoxScans, useScansBeside } from "../serial_entry/scanner";
import { describeRow, getAnswer, getLook } from "./answers";
import { ScanCamera } from "./scan_camera";
import { splitSteps } from "./scan_steps";

/**
 * The scan box of a count: each scan is answered at once, and the units counted in the bin are
 * listed below. Each person has a bin of their own.
 */
export class SerialCountField extends Component {
    static template = "serialized_parts.SerialCountField";
    static components = { ScanCamera, ScanProgress, SerialColumns, SerialRefused };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.box = useRef("box");
        this.beeper = useState(new Beeper());
        this.hasCamera = isBarcodeScannerSupported();
        this.isPhone = isMobileOS();
        this.waiting = [];
        this.state = useState({
            text: "",
            table: null,
            columns: null,
            screen: null,
            answer: null,
            refused: [],
            progress: null,
            capsLock: false,
            hasCameraOn: false,
        });
        const showCapsLock = (isOn) => (this.state.capsLock = isOn);
        this.scans = new BoxScans(() => this.submit(), showCapsLock);
        useScansBeside(this.box, (code) => this.count(code), showCapsLock);
        const { bus } = this.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        useEffect(
            (resId) => {
                this.open(resId);
            },
            () => [this.record.resId],
        );
        useEffect(
            () => {
                this.readScreen();
            },
            // It is another object whenever the record has been read again.
            () => [this.record.resId, toRaw(this.record.data)],
        );
    }

    get record() {
        return this.props.record;
    }

    get hasText() {
        return Boolean(this.state.text.trim());
    }

    get bin() {
        return this.state.screen?.bin;
    }

    get rows() {
        return this.state.screen?.rows || [];
    }

    /** How many units of the bin were counted, of how many unless they are hidden. */
    get found() {
        const { counted, found, expected } = this.bin;
        return expected === false
            ? _t("%s counted", counted)
            : _t("%(found)s of %(expected)s counted", { found, expected });
    }

    /** Show another count, or the new one that has just been saved by its first scan. */
    open(resId) {
        if (!(resId && this.wasNew)) {
            this.state.text = this.record.data[this.props.name] || "";
            Object.assign(this.state, { answer: null, screen: null, refused: [] });
        }
        this.wasNew = !resId;
        this.focus();
    }

    /** A phone's keyboard would cover the answers; its scanner needs no focus. */
    focus() {
        if (!this.isPhone) {
            this.box.el?.focus();
        }
    }

    /** Copy what is in the box, still waits or was refused to the record, for the form to save. */
    async commit() {
        const kept = [...this.state.refused, ...this.waiting.slice(1)].map(({ text }) => text);
        const text = [...kept, this.state.text].filter(Boolean).join("\n");
        if ((this.record.data[this.props.name] || "") !== text) {
            await this.record.update({ [this.props.name]: text || false });
        }
    }

    // ------------------------------------------------------------------------------- the box

    setText(text) {
        Object.assign(this.state, { text, table: null, columns: null });
        this.focus();
    }

    onInput(ev) {
        Object.assign(this.state, { text: ev.target.value, table: null, columns: null });
    }

    onKeydown(ev) {
        this.scans.onKeydown(ev, this.hasText && !this.state.table);
    }

    async submit() {
        if (this.canCount && !(await this.asksColumns())) {
            const { text, table, columns } = this.state;
            this.setText("");
            await this.count(text, { columns: columns || (table && guessedColumns(table)) });
        }
    }

    // --------------------------------------------------------------------------- its columns

    get canCount() {
        const { table } = this.state;
        return this.hasText && (!table || table.columns.some(({ guess }) => guess === "serial"));
    }

    /** Whether people are now asked which column of the list in the box is which. */
    async asksColumns() {
        const { text, table, columns } = this.state;
        if (table || columns || !/[\t\n]/.test(text.trim()) || !(await this.record.save())) {
            return false;
        }
        await this.readTable(text, null);
        return Boolean(this.state.table);
    }

    async onColumns(columns) {
        await this.readTable(this.state.text, columns);
    }

    async readTable(text, columns) {
        const table = await this.call("read_table", text, columns);
        if (text === this.state.text) {
            const isAsked = table.columns.length && (columns || !table.sure);
            Object.assign(this.state, { columns, table: isAsked ? table : null });
        }
    }

    // ------------------------------------------------------------------------------ counting

    /**
     * Have *text* counted after what is being counted already.
     *
     * @param {string} text
     * @param {Object} [options]
     * @param {boolean} [options.asNew] whether it is meant as it is, although it looks like another
     * @param {Object} [options.columns] which column of a list is which
     */
    async count(text, { asNew = false, columns = null } = {}) {
        // A list whose columns were chosen stays whole: its lines are counted from the first.
        const steps = columns ? [{ text, step: 0, steps: 1 }] : splitSteps(text);
        this.waiting.push(...steps.map((step) => ({ ...step, asNew, columns })));
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        try {
            if (await this.record.save()) {
                await this.countWaiting();
            }
        } finally {
            this.isBusy = false;
            this.isCancelled = false;
            this.state.progress = null;
            this.putBack();
        }
    }

    async countWaiting() {
        let rows = [];
        while (this.waiting.length && !this.isCancelled) {
            const [{ text, asNew, columns, step, steps }] = this.waiting;
            this.state.progress = steps > 1 ? { done: step, total: steps } : null;
            const { entries, screen } = await this.call("scan_on_screen", text, asNew, columns);
            this.waiting.shift();
            this.keepRefused(entries);
            rows = step ? [...rows, ...entries] : entries;
            this.showAnswer(rows, screen);
        }
    }

    /** Stop after the current step. */
    cancel() {
        this.isCancelled = true;
    }

    /** Put what was not counted back into the box, above what was typed there since. */
    putBack() {
        const texts = this.waiting.splice(0).map(({ text }) => text);
        if (texts.length) {
            this.setText([...texts, this.state.text].filter(Boolean).join("\n"));
            this.scans.complete(this.state.text);
        }
    }

    showAnswer(rows, screen) {
        this.state.screen = screen;
        this.state.answer = getAnswer(rows);
        if (this.state.answer) {
            this.beeper.playTone(this.state.answer.tone);
        }
    }

    // ------------------------------------------------------------------------------ refused

    /** Keep the rows of which the server keeps nothing in sight, each once. */
    keepRefused(rows) {
        for (const row of rows.filter(({ status }) => status === "invalid")) {
            this.forget(row);
            this.state.refused.push({ ...row, name: row.serial || row.text });
        }
    }

    forget({ text }) {
        this.state.refused = this.state.refused.filter((row) => row.text !== text);
    }

    onCorrect(row) {
        this.forget(row);
        this.setText([row.text, this.state.text].filter(Boolean).join("\n"));
    }

    /** Count a number as it is, or what it most likely means. */
    async onAnswer(row, isNew) {
        this.forget(row);
        await this.count(isNew ? row.text : row.similar, { asNew: isNew });
    }

    // -------------------------------------------------------------------------------- the bin

    async readScreen() {
        const { resId } = this.record;
        if (!resId || this.isBusy) {
            return;
        }
        const screen = await this.call("read_screen");
        if (resId === this.record.resId && !this.isBusy) {
            this.state.screen = screen;
        }
    }

    async closeBin() {
        if (!(await this.record.save())) {
            return;
        }
        const { message, screen } = await this.call("close_bin_on_screen", this.bin.id);
        this.state.screen = screen;
        this.state.answer = { name: message, words: "", color: "info", icon: "fa-check-square-o" };
        await this.record.load();
        this.focus();
    }

    call(method, ...args) {
        return this.orm.call(this.record.resModel, method, [[this.record.resId], ...args]);
    }

    // ------------------------------------------------------------------------------ the rows

    look(row) {
        return getLook(row);
    }

    describe(row) {
        return describeRow(row);
    }
}

export const serialCountField = {
    component: SerialCountField,
    displayName: _t("Scan box of a count"),
    supportedTypes: ["text"],
};

registry.category("fields").add("serial_count", serialCountField);

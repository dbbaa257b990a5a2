import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { isMobileOS } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Beeper, BoxScans, useScansBeside } from "@serialized_parts/serial_entry/scanner";
import { SerialRefused } from "@serialized_parts/serial_refused/serial_refused";

/**
 * The scan box of an unbuild order: the server fills in what the order needs for the unit, and keeps
 * what it can't use in `serial_refused`.
 */
export class UnbuildScanField extends Component {
    static template = "serialized_parts_mrp.UnbuildScanField";
    static components = { SerialRefused };
    static props = { ...standardFieldProps };

    setup() {
        this.box = useRef("box");
        this.beeper = new Beeper();
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({ text: "", capsLock: false });
        const showCapsLock = (isOn) => (this.state.capsLock = isOn);
        this.scans = new BoxScans(() => this.submit(), showCapsLock);
        useScansBeside(this.box, (code) => this.enter(code), showCapsLock);
        useBus(this.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) =>
            detail.proms.push(this.submit()),
        );
        onMounted(() => this.focus());
    }

    /** A phone's keyboard would cover the order; its scanner needs no focus. */
    focus() {
        if (!isMobileOS()) {
            this.box.el.focus();
        }
    }

    get record() {
        return this.props.record;
    }

    get refused() {
        return this.record.data.serial_refused || [];
    }

    get hasText() {
        return Boolean(this.state.text.trim());
    }

    onInput(ev) {
        this.state.text = ev.target.value;
    }

    onKeydown(ev) {
        this.scans.onKeydown(ev, this.hasText);
    }

    /** Enter what is in the box. */
    async submit() {
        if (this.hasText) {
            const { text } = this.state;
            this.state.text = "";
            await this.enter(text);
        }
    }

    async enter(text) {
        const before = this.refused.length;
        try {
            await this.record.update({ [this.props.name]: text });
        } catch (error) {
            this.state.text = [text, this.state.text].filter(Boolean).join("\n");
            throw error;
        }
        this.beeper.play(this.refused.length <= before);
    }

    async onCamera() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.enter(code);
        }
    }

    // ------------------------------------------------------------------------------ refused

    async forget({ text }) {
        const left = this.refused.filter((row) => row.text !== text);
        await this.record.update({ serial_refused: left.length ? left : false });
    }

    async onCorrect(row) {
        await this.forget(row);
        this.state.text = [row.text, this.state.text].filter(Boolean).join("\n");
        this.focus();
    }

    /** Use what is most likely meant; or the same again, which is then meant as it is. */
    async onAnswer(row, isNew) {
        if (!isNew) {
            await this.forget(row);
        }
        await this.enter(isNew ? row.text : row.similar);
    }
}

export const unbuildScanField = {
    component: UnbuildScanField,
    displayName: _t("Scan box of an unbuild order"),
    supportedTypes: ["text"],
};

registry.category("fields").add("unbuild_scan", unbuildScanField);

import { Component, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FILE_TYPES } from "./serial_files";

/**
 * The buttons of the entry box. On a phone the camera is the main one, as long as nothing waits to be
 * assigned, and the ways that managers use at a desk are in a menu.
 */
export class EntryButtons extends Component {
    static template = "serialized_parts.EntryButtons";
    static components = { Dropdown, DropdownItem };
    static props = {
        assign: { type: Object, shape: { label: String, canAssign: Boolean } },
        beeper: Object,
        hasCamera: Boolean,
        hasNewUnits: Boolean,
        onAssign: Function,
        onCamera: Function,
        onFiles: Function,
        onGenerate: Function,
        onTemplate: Function,
    };

    setup() {
        this.ui = useState(useService("ui"));
        this.file = useRef("file");
        this.fileTypes = FILE_TYPES;
    }

    get isCameraFirst() {
        return this.ui.isSmall && this.props.hasCamera && !this.props.assign.canAssign;
    }

    /** The other ways to enter serial numbers. */
    get sources() {
        const generate = {
            name: "generate",
            label: _t("Generate"),
            title: _t("Number the units with the part's own sequence"),
            icon: "fa-magic",
            open: this.props.onGenerate,
        };
        return [
            ...(this.props.hasNewUnits ? [generate] : []),
            {
                name: "file",
                label: _t("File"),
                title: _t("CSV, XLSX, XLS or ODS; you can also drop it on the box"),
                icon: "fa-upload",
                open: () => this.file.el.click(),
            },
            {
                name: "template",
                label: _t("Template"),
                title: _t("A file to fill in, with the columns for this transfer"),
                icon: "fa-download",
                open: this.props.onTemplate,
            },
        ];
    }

    async onFileInput({ target }) {
        const files = [...target.files];
        // So that the same file can be chosen again.
        target.value = "";
        await this.props.onFiles(files);
    }
}

import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { readPictures } from "../serial_photos/pictures";

/**
 * The photos of a row's unit: how many, and a camera. They are saved at once, so whoever closes the
 * prompt loses none.
 */
export class SerialRowPhotosField extends Component {
    static template = "serialized_parts.SerialRowPhotosField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.chooser = useRef("chooser");
        this.state = useState({ reading: false });
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get ids() {
        return this.list.currentIds;
    }

    get source() {
        return imageUrl(this.list.resModel, this.ids[0], "image_128");
    }

    get canAdd() {
        const { model, resId } = this.props.record;
        // Rows are read-only until one is clicked.
        return model.root.isInEdition && Boolean(resId);
    }

    async onChoose(ev) {
        const files = [...ev.target.files];
        ev.target.value = "";
        this.state.reading = true;
        try {
            const pictures = await readPictures(files, this.notification);
            await this.save(pictures);
        } finally {
            this.state.reading = false;
        }
    }

    async save(pictures) {
        if (pictures.length) {
            const { fields, resId } = this.props.record;
            const owner = fields[this.props.name].relation_field;
            await this.orm.create(
                this.list.resModel,
                pictures.map((image_1920) => ({ [owner]: resId, image_1920 })),
            );
            await this.reload();
        }
    }

    /** Show the rows as they are now; what can't be saved yet stays as it was typed. */
    async reload() {
        const { root } = this.props.record.model;
        if (await root.save()) {
            await root.load();
        }
    }

    onOpen() {
        const { resId, resModel } = this.props.record;
        this.dialog.add(FormViewDialog, {
            resId,
            resModel,
            title: _t("Photos of the Unit"),
            context: { form_view_ref: "serialized_parts.stock_move_line_view_form_photos" },
            canExpand: false,
            onRecordSaved: () => this.reload(),
        });
    }
}

export const serialRowPhotosField = {
    component: SerialRowPhotosField,
    displayName: _t("Photos of a row's unit"),
    supportedTypes: ["one2many"],
};

registry.category("fields").add("serial_row_photos", serialRowPhotosField);

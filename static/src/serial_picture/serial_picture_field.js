import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * What a unit looks like: its first photo, or the picture of its part. Only ids are read with the
 * list; the browser asks for the pictures that are in sight.
 */
export class SerialPictureField extends Component {
    static template = "serialized_parts.SerialPictureField";
    static props = { ...standardFieldProps };

    get source() {
        const { data } = this.props.record;
        const list = data[this.props.name];
        if (list.count) {
            return imageUrl(list.resModel, list.currentIds[0], "image_128");
        }
        return data.product_id && imageUrl("product.product", data.product_id.id, "image_128");
    }
}

export const serialPictureField = {
    component: SerialPictureField,
    displayName: _t("Picture of a unit"),
    supportedTypes: ["one2many"],
    isEmpty: () => false,
    fieldDependencies: [{ name: "product_id", type: "many2one", relation: "product.product" }],
};

registry.category("fields").add("serial_picture", serialPictureField);

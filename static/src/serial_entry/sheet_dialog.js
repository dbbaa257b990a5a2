import { Component, onMounted } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useChildRef } from "@web/core/utils/hooks";

/** Asks which sheet of a spreadsheet has the serial numbers. */
export class SheetDialog extends Component {
    static template = "serialized_parts.SheetDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        name: String,
        onChoose: Function,
        sheets: { type: Array, element: String },
    };

    setup() {
        this.modal = useChildRef();
        onMounted(() => this.modal.el.querySelector("button[name=sheet]").focus());
    }

    choose(sheet) {
        this.props.onChoose(sheet);
        this.props.close();
    }
}

import { Component } from "@odoo/owl";

/** How much of a long list has been entered, and the button that stops it. */
export class ScanProgress extends Component {
    static template = "serialized_parts.ScanProgress";
    static props = { done: Number, total: Number, label: String, onCancel: Function };

    get percent() {
        return (100 * this.props.done) / this.props.total;
    }
}

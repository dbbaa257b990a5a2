import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** What a scanned text may mean: a bin, a serial number, … */
export class ScanChoices extends Component {
    static template = "serialized_parts.ScanChoices";
    static components = { Dialog };
    static props = {
        text: String,
        choices: Array,
        onChoose: Function,
        close: Function,
    };

    get title() {
        return _t("What is %s?", this.props.text);
    }

    choose(choice) {
        this.props.close();
        this.props.onChoose(choice);
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** What could not be assigned, with the reason and the buttons that help. */
export class SerialRefused extends Component {
    static template = "serialized_parts.SerialRefused";
    static props = {
        rows: Array,
        hasStockBin: { type: Boolean, optional: true },
        onAnswer: Function,
        onAnyBin: { type: Function, optional: true },
        onCorrect: Function,
        onForget: Function,
        onTake: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
    }

    isQuestion(row) {
        return row.similar !== undefined;
    }

    canTryAnyBin(row) {
        return row.status === "surplus" && this.props.hasStockBin;
    }

    useLabel(row) {
        return _t("Use %s", row.similar);
    }

    keepLabel(row) {
        return _t("Keep %s", row.name);
    }

    forgetLabel(row) {
        return _t("Forget %s", row.name);
    }

    async open(row) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.lot",
            res_id: row.lot_id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

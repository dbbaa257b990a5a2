import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { evaluateBooleanExpr } from "@web/core/py_js/py";

const ANSWERS = "serial_answers";

/** Answers can be given to several serial numbers at once; Odoo locks properties there. */
export class SerialListRenderer extends ListRenderer {
    isCellReadonly(column, record) {
        if (column.relatedPropertyField?.name !== ANSWERS) {
            return super.isCellReadonly(column, record);
        }
        return (
            this.isRecordReadonly(record) ||
            evaluateBooleanExpr(column.readonly, record.evalContextWithVirtualIds)
        );
    }
}

export class SerialListController extends ListController {
    onWillSaveMulti(editedRecord, changes) {
        // Only what was edited is written to the others, not the edited row's other answers.
        changes[ANSWERS] &&= changes[ANSWERS].filter(
            (answer) => `${ANSWERS}.${answer.name}` in changes,
        );
        return super.onWillSaveMulti(editedRecord, changes);
    }

    onAskMultiSaveConfirmation({ [ANSWERS]: _answers, ...shown }, records) {
        return super.onAskMultiSaveConfirmation(shown, records);
    }
}

export const serialListView = {
    ...listView,
    Controller: SerialListController,
    Renderer: SerialListRenderer,
};

registry.category("views").add("serial_list", serialListView);

import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { StockKanbanView } from "@stock/components/stock_overview/stock_overview";
import { useScans } from "../serial_entry/scanner";

/** The Inventory overview: what is scanned is opened. */
export class SerialOverviewController extends KanbanController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.hasCamera = isBarcodeScannerSupported();
        // The search box has the focus, so most scanners type into it.
        useScans(
            (field) => Boolean(this.rootRef.el?.contains(field)),
            (code) => this.openScanned(code),
        );
    }

    async openScanned(code) {
        await this.actionService.doAction(
            await this.orm.call("serial.scan", "open_scanned", [code]),
        );
    }

    async onMoveSerials() {
        await this.actionService.doAction(
            await this.orm.call("stock.picking", "action_move_serials", []),
            { onClose: () => this.model.root.load() },
        );
    }

    async onCamera() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.openScanned(code);
        }
    }
}

registry.category("views").add("serial_overview", {
    ...StockKanbanView,
    Controller: SerialOverviewController,
    buttonTemplate: "serialized_parts.SerialOverview.Buttons",
});

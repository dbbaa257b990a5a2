import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { StockKanbanView } from "@stock/components/stock_overview/stock_overview";
import { useControlCharacters, useScanIntoFields } from "../serial_entry/scanner";

/** The Inventory overview: what is scanned is opened. */
export class SerialOverviewController extends KanbanController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.hasCamera = isBarcodeScannerSupported();
        useControlCharacters();
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.openScanned(detail.barcode),
        );
        // The search box has the focus, so most scanners type into it.
        useScanIntoFields(
            (field) => Boolean(this.rootRef.el?.contains(field)),
            (code) => this.openScanned(code),
        );
    }

    async openScanned(code) {
        await this.actionService.doAction(
            await this.orm.call("serial.scan", "open_scanned", [code]),
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

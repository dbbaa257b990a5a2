import { Component } from "@odoo/owl";
import { BarcodeVideoScanner } from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

/** How many milliseconds a code has to be out of sight before it is another scan. */
export const OUT_OF_SIGHT = 2500;

/** The camera, which goes on scanning while the answers are read below it. */
export class ScanCamera extends Component {
    static template = "serialized_parts.ScanCamera";
    static components = { BarcodeVideoScanner };
    static props = { onScan: Function, onClose: Function };

    setup() {
        this.notification = useService("notification");
        this.seen = { code: "", time: -Infinity };
    }

    onResult(code) {
        const time = browser.performance.now();
        const isNew = code !== this.seen.code || time - this.seen.time > OUT_OF_SIGHT;
        this.seen = { code, time };
        if (isNew) {
            this.props.onScan(code);
        }
    }

    onError(error) {
        this.notification.add(error.message, { type: "danger" });
        this.props.onClose();
    }
}

import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { SheetDialog } from "./sheet_dialog";

/** What the server reads, for the browser's file dialog; other files are refused by what they are. */
export const FILE_TYPES = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods";

/** The files that wait for the entry box, in the order in which they were chosen. */
export class SerialFiles {
    /** @param {string} model the model whose methods read files; called in a component's setup */
    constructor(model) {
        this.model = model;
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.waiting = useState([]);
    }

    get label() {
        const { name, text } = this.waiting[0];
        const count = text.split("\n").filter((line) => line.trim()).length;
        return count === 1
            ? _t("Next: %(name)s, 1 line", { name })
            : _t("Next: %(name)s, %(count)s lines", { name, count });
    }

    /** Read *file* and let it wait; one with several sheets only after one of them was chosen. */
    async add(file) {
        const url = await getDataURLFromFile(file);
        const args = [file.name, url.slice(url.indexOf(",") + 1)];
        const sheets = await this.orm.call(this.model, "get_file_sheets", args);
        const sheet = sheets.length > 1 ? await this.ask(file.name, sheets) : false;
        if (sheet !== null) {
            const text = await this.orm.call(this.model, "read_serial_file", [...args, sheet]);
            const name = sheet ? `${file.name}, ${sheet}` : file.name;
            this.waiting.push({ name, text: text.trimEnd() });
        }
    }

    /** Return the sheet that was chosen, or null. */
    ask(name, sheets) {
        return new Promise((resolve) => {
            const onChoose = resolve;
            const onClose = () => resolve(null);
            this.dialog.add(SheetDialog, { name, sheets, onChoose }, { onClose });
        });
    }

    /** Return the text of the file that has waited longest; it waits no longer. */
    take() {
        return this.waiting.shift()?.text;
    }
}

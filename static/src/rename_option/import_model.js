import { BaseImportModel } from "@base_import/import_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** How many serial numbers are listed; the others are counted. */
const MOST_LISTED = 100;

/**
 * The option to rename serial numbers, and the list of those that an import did not rename.
 *
 * Odoo's dialog takes every message of the server for an error that kept it from importing
 * anything. These are none, so they are taken out first.
 */
patch(BaseImportModel.prototype, {
    setResModel(resModel) {
        super.setResModel(resModel);
        if (resModel === "stock.lot") {
            this.importOptionsValues.rename_serials = { value: false };
        }
    },

    async executeImport(isTest = false) {
        this.keptNames = [];
        const first = this.importOptions.skip;
        const outcome = await super.executeImport(...arguments);
        if (this.keptNames.length) {
            this._addMessage("warning", this.describeKeptNames(isTest));
            if (!isTest && !outcome.res.nextrow) {
                // Stay here, for people to read the list and to import the file again.
                outcome.res.hasError = true;
                this.setOption("skip", first);
            }
        }
        return outcome;
    },

    async _callImport() {
        const { skip, has_headers: hasHeaders } = this.importOptions;
        const answer = await super._callImport(...arguments);
        const kept = answer.messages?.filter((message) => message.kept_name) || [];
        if (kept.length) {
            answer.messages = answer.messages.filter((message) => !message.kept_name);
        }
        if (answer.ids) {
            const first = skip + (hasHeaders ? 2 : 1);
            this.keptNames.push(
                ...kept.map(({ rows, message }) =>
                    _t("Row %(row)s: %(message)s", { row: first + rows.from, message }),
                ),
            );
        }
        return answer;
    },

    /**
     * @param {boolean} isTest
     * @returns {string[]} the lines of the message
     */
    describeKeptNames(isTest) {
        const count = this.keptNames.length;
        const listed = this.keptNames.slice(0, MOST_LISTED);
        const result = isTest
            ? _t(
                  "Everything else will be imported. Serial numbers that won't be renamed: %s.",
                  count,
              )
            : _t("Everything else was imported. Serial numbers that were not renamed: %s.", count);
        const advice = _t(
            "To rename them, tick 'Rename Serial Numbers' and import the file again.",
        );
        const more = count - listed.length;
        return [result, advice, ...listed, ...(more ? [_t("and %s more", more)] : [])];
    },
});

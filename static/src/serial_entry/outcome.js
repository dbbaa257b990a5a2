import { _t } from "@web/core/l10n/translation";

const ASSIGNED = ["assigned", "known", "picked"];
const SETTLED = [...ASSIGNED, "location", "package", "product"];

/** Whether a row of `enter_serials` leaves something to do. */
export function isRefused({ status }) {
    return !SETTLED.includes(status);
}

/** A row of `enter_serials` as people read it; *transfer* has the units it counts. */
export function describe(row, transfer) {
    const { status, serial, text, message } = row;
    if (isRefused(row)) {
        return `${serial || text}: ${message}`;
    }
    if (!ASSIGNED.includes(status)) {
        return message;
    }
    const units = transfer.serial_unit_count;
    const assigned = transfer.serial_is_scanned
        ? _t("%(serial)s scanned, %(done)s of %(units)s", {
              serial,
              done: transfer.serial_scanned_count,
              units,
          })
        : _t("%(serial)s assigned, %(done)s of %(units)s", {
              serial,
              done: transfer.serial_done_count,
              units,
          });
    return message ? `${assigned}. ${serial} ${message}` : assigned;
}

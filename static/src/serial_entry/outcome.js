import { _t } from "@web/core/l10n/translation";

const ASSIGNED = ["assigned", "known"];
const SETTLED = [...ASSIGNED, "location", "package", "product"];

/** Whether a row of `enter_serials` leaves something to do. */
export function isRefused({ status }) {
    return !SETTLED.includes(status);
}

/** A row of `enter_serials` as people read it; *transfer* has the units it counts. */
export function describe(row, { serial_done_count: done, serial_unit_count: units }) {
    const { status, serial, text, message } = row;
    if (isRefused(row)) {
        return `${serial || text}: ${message}`;
    }
    if (!ASSIGNED.includes(status)) {
        return message;
    }
    const assigned = _t("%(serial)s assigned, %(done)s of %(units)s", { serial, done, units });
    return message ? `${assigned}. ${serial} ${message}` : assigned;
}

import { _t } from "@web/core/l10n/translation";
import { TONES } from "../serial_entry/scanner";

/** How each status of a scan looks and sounds; the worst one comes last. */
const LOOKS = {
    location: { color: "info", icon: "fa-map-marker", tone: TONES.good },
    product: { color: "info", icon: "fa-cube", tone: TONES.good },
    here: { color: "success", icon: "fa-check", tone: TONES.good },
    counted: { color: "secondary", icon: "fa-repeat", tone: TONES.again },
    misplaced: { color: "warning", icon: "fa-random", tone: TONES.bad },
    missing: { color: "danger", icon: "fa-eye-slash", tone: TONES.bad },
    unknown: { color: "danger", icon: "fa-question", tone: TONES.bad },
    gone: { color: "danger", icon: "fa-sign-out", tone: TONES.bad },
    invalid: { color: "danger", icon: "fa-times", tone: TONES.bad },
};
const RANKS = Object.keys(LOOKS);

/** How a row of `scan` looks and sounds. */
export function getLook({ status }) {
    return LOOKS[status] || LOOKS.invalid;
}

/** What one scan was, by name and in words. */
export function describeRow({ status, serial, text, message }) {
    const name = serial || text;
    if (status === "here") {
        return { name, words: message || _t("here") };
    }
    // The message of a bin names it.
    return status === "location" ? { name: message, words: "" } : { name, words: message };
}

/** How many rows of each kind a list of scans has, in words. */
function describeCounts(rows) {
    const words = {
        here: (count) => _t("%s here", count),
        counted: (count) => _t("%s already counted", count),
        misplaced: (count) => _t("%s belong elsewhere", count),
        unknown: (count) => _t("%s unknown", count),
        gone: (count) => _t("%s not in stock", count),
        invalid: (count) => _t("%s not counted", count),
    };
    return Object.entries(words)
        .map(([status, phrase]) => [rows.filter((row) => row.status === status).length, phrase])
        .filter(([count]) => count)
        .map(([count, phrase]) => phrase(count))
        .join(", ");
}

/**
 * The answer to what was scanned at once: its name, words, color, icon and tone; null without rows.
 *
 * @param {Object[]} rows as `serial.count.scan` returns them
 */
export function getAnswer(rows) {
    if (!rows.length) {
        return null;
    }
    if (rows.length === 1) {
        return { ...describeRow(rows[0]), ...getLook(rows[0]) };
    }
    const worst = rows.reduce((one, other) => (rank(other) > rank(one) ? other : one));
    const counts = describeCounts(rows);
    const last = describeRow(rows.at(-1));
    return { name: counts || last.name, words: counts ? "" : last.words, ...getLook(worst) };
}

function rank({ status }) {
    return status in LOOKS ? RANKS.indexOf(status) : RANKS.length;
}

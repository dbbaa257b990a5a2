import { toRaw } from "@odoo/owl";
import { deepEqual, pick } from "@web/core/utils/objects";

const EDITABLE = ["location_id", "serial_answers"];

/**
 * What was edited, as it is shown: `{form record: Map(serial id: values)}`. It outlives the
 * component, which is gone while another tab of the form is open.
 */
const drafts = new WeakMap();

const byName = (answers) => new Map(answers.map(({ name, value }) => [name, value]));

export const hasDrafts = (formRecord) => drafts.has(toRaw(formRecord));

export const forgetDrafts = (formRecord) => drafts.delete(toRaw(formRecord));

/** Keep the values of *serial* that *edits* has, to show them again after it is reloaded. */
export function keepDraft(formRecord, serial, edits) {
    const draft = pick(serial.data, ...Object.keys(edits));
    draft.serial_answers &&= draft.serial_answers.filter(
        ({ name }) => name in edits.serial_answers,
    );
    const kept = drafts.get(toRaw(formRecord)) || new Map();
    drafts.set(toRaw(formRecord), kept.set(serial.resId, draft));
}

/** Show in *serial* again what was edited here; the other answers stay as they were just
 * loaded. */
export function restoreDraft(formRecord, serial) {
    const draft = drafts.get(toRaw(formRecord))?.get(serial.resId);
    if (!draft) {
        return;
    }
    const { serial_answers: answers, ...values } = draft;
    if (answers) {
        const edited = byName(answers);
        values.serial_answers = serial.data.serial_answers.map((answer) =>
            edited.has(answer.name) ? { ...answer, value: edited.get(answer.name) } : answer,
        );
    }
    serial.update(values);
}

/**
 * Return the location and the answers that changed since the page was loaded.
 *
 * @param {Object} serial the record of a serial number
 * @param {Object} loaded its values when it was loaded
 * @param {Object} changes what of it is to be saved
 */
export function getEdits(serial, loaded, changes) {
    const edits = pick(changes, ...EDITABLE);
    if (edits.serial_answers) {
        const before = byName(loaded.serial_answers || []);
        const changed = serial.data.serial_answers.filter(
            ({ name, value }) => !deepEqual(value, before.get(name)),
        );
        const names = changed.map(({ name }) => name);
        edits.serial_answers = Object.fromEntries(
            edits.serial_answers
                .filter(({ name }) => names.includes(name))
                .map(({ name, value }) => [name, value ?? null]),
        );
    }
    return edits;
}

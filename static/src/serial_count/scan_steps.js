/** How many lines one call takes: longer lists go in steps, to be watched and cancelled. */
export const STEP = 1000;

/**
 * The steps in which *text* is counted, in order: ``[{ text, step, steps }]``. A list with columns
 * belongs to its header, and the lines of an ISO/IEC 15434 code belong together: they stay whole.
 */
export function splitSteps(text) {
    const lines = text.includes("\t") || text.includes("[)>") ? [text] : text.split("\n");
    const steps = Math.ceil(lines.length / STEP);
    return Array.from({ length: steps }, (_unused, step) => ({
        text: lines.slice(step * STEP, (step + 1) * STEP).join("\n"),
        step,
        steps,
    }));
}

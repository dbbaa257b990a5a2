import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** How many rows of the list are shown: what will happen has to stay in sight below them. */
const MOST_ROWS = 3;

/**
 * Asks which column of a list is which. It shows the first rows with a choice above each column; what
 * was guessed is filled in.
 *
 * `table` is what `stock.picking.read_table` returns. `onChoose` is called with the columns as
 * `enter_serials` takes them, an empty object for a text that is no table.
 */
export class SerialColumns extends Component {
    static template = "serialized_parts.SerialColumns";
    static props = { table: Object, onChoose: Function };

    get rows() {
        const { columns } = this.props.table;
        const shown = columns[0].samples.slice(0, MOST_ROWS);
        return shown.map((_sample, row) => columns.map(({ samples }) => samples[row]));
    }

    get hasHeader() {
        return this.props.table.header_row !== null;
    }

    label(index) {
        const { header } = this.props.table.columns[index];
        return header || _t("Column %s", index + 1);
    }

    /** Choose what the column *index* holds: only one column can hold it. */
    choose(index, value) {
        const kinds = this.props.table.columns.map(({ guess }) =>
            guess === value ? false : guess,
        );
        kinds[index] = value || false;
        this.emit(kinds, this.props.table.header_row ?? false);
    }

    toggleHeader() {
        const { columns, first_line } = this.props.table;
        const kinds = columns.map(({ guess }) => guess);
        this.emit(kinds, this.hasHeader ? false : first_line);
    }

    emit(kinds, headerRow) {
        this.props.onChoose(toColumns(kinds, headerRow));
    }

    /** Read every value as a serial number. */
    readAsList() {
        this.props.onChoose({});
    }
}

/** The columns as `enter_serials` takes them, of what each of them holds. */
function toColumns(kinds, headerRow) {
    const columns = { header_row: headerRow };
    kinds.forEach((kind, index) => kind && (columns[kind] = index));
    return columns;
}

/** The columns that were guessed for *table*. */
export function guessedColumns({ columns, header_row }) {
    const kinds = columns.map(({ guess }) => guess);
    return toColumns(kinds, header_row ?? false);
}

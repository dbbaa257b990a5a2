import { useEffect } from "@odoo/owl";
import { ListRenderer } from "@web/views/list/list_renderer";

/** The width of one button in a row, in pixels. */
const BUTTON = 34;
/** The least width of a column that has to be read in full: that of its label. */
const LABEL = 130;
const READ_IN_FULL = ["name", "lot_id", "lot_name", "answers_missing"];

/** A list of serial numbers in which one row is selected: by mouse, by Tab and by the arrows. */
export class SerialTableRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "selectedId", "onSelect"];

    setup() {
        super.setup();
        useEffect(
            (table) => {
                const onFocusIn = this.onFocusIn.bind(this);
                table?.addEventListener("focusin", onFocusIn);
                return () => table?.removeEventListener("focusin", onFocusIn);
            },
            () => [this.tableRef.el],
        );
    }

    /** No empty rows: below is the box. */
    get getEmptyRowIds() {
        return [];
    }

    /** Leave out the missing answers where none are, and give the room to what has to be read. */
    getActiveColumns() {
        const isMissing = this.props.list.records.some(({ data }) => data.answers_missing);
        return super
            .getActiveColumns()
            .filter(({ name }) => name !== "answers_missing" || isMissing)
            .map(fitColumn);
    }

    getRowClass(record) {
        const selected = record.id === this.props.selectedId ? " table-active" : "";
        return super.getRowClass(record) + selected;
    }

    async onCellClicked(record, column, ev, newWindow) {
        this.props.onSelect(record.id);
        return super.onCellClicked(record, column, ev, newWindow);
    }

    onFocusIn(ev) {
        const row = ev.target.closest(".o_data_row");
        if (row) {
            this.props.onSelect(row.dataset.id);
        }
    }
}

/** Return a column of the list that is as wide as it has to be. */
function fitColumn(column) {
    if (column.type === "button_group") {
        const width = `${BUTTON * column.buttons.length}px`;
        return { ...column, attrs: { ...column.attrs, width } };
    }
    if (READ_IN_FULL.includes(column.name)) {
        return { ...column, field: { ...column.field, listViewWidth: [LABEL] } };
    }
    return column;
}

import { Pager } from "@web/core/pager/pager";
import { SerialTableRenderer } from "../serial_table/serial_table_renderer";

const ROW = ".o_data_row, .o_serial_defaults_row";

/** A pager that Tab reaches, too. */
export class SerialPager extends Pager {
    static template = "serialized_parts.SerialPager";
}

/**
 * A page of a part's serial numbers under the row of the defaults. Rows are selected as
 * wholes: Tab reaches the selected one, the arrows go on from there, Enter goes to the box.
 */
export class SerialSectionRenderer extends SerialTableRenderer {
    static rowsTemplate = "serialized_parts.SerialSectionRows";
    static recordRowTemplate = "serialized_parts.SerialSectionRow";
    static props = [
        ...SerialTableRenderer.props,
        "defaultsTitle",
        "canLeave",
        "emptyText",
        "onEnter",
    ];

    onClickSortColumn(column) {
        if (this.props.canLeave()) {
            super.onClickSortColumn(column);
        }
    }

    /** Return the row above or below a cell, for the arrow keys; else what Odoo's list does. */
    findFocusFutureCell(cell, cellIsInGroupRow, direction) {
        const row = cell.closest("tbody") && this.findRow(cell.parentElement, direction);
        return row || super.findFocusFutureCell(cell, cellIsInGroupRow, direction);
    }

    findRow(row, direction) {
        const neighbours = { up: row.previousElementSibling, down: row.nextElementSibling };
        return neighbours[direction]?.matches(ROW) ? neighbours[direction] : null;
    }

    onCellKeydownReadOnlyMode(hotkey, cell, group, record) {
        if (hotkey === "enter" && cell === document.activeElement) {
            return cell.matches("th") ? !cell.click() : !this.props.onEnter();
        }
        return super.onCellKeydownReadOnlyMode(hotkey, cell, group, record);
    }

    onRowKeydown(ev) {
        const row = ev.currentTarget;
        if (ev.target !== row) {
            return;
        }
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.props.onEnter();
        } else if (["ArrowUp", "ArrowDown"].includes(ev.key)) {
            const direction = ev.key === "ArrowUp" ? "up" : "down";
            const target = this.findRow(row, direction) || this.findHeader(direction);
            ev.preventDefault();
            target?.focus();
        }
    }

    /** From the first row, the arrow leads to the headers, which sort. */
    findHeader(direction) {
        return direction === "up" ? this.tableRef.el.querySelector("thead th") : null;
    }
}

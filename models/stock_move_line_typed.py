from collections import defaultdict, deque

from odoo import fields, models

from ..tools.position import Position

#: Context key: the moves are cancelled, and what was typed on them is lost.
FORGET = "serialized_parts_forget_typed"
#: Context key: what was typed on lines that are deleted is kept.
KEEP = "serialized_parts_keep_typed"
#: Context key: the ids of the lines that keep their bin while others get one.
PLACED = "serialized_parts_placed_lines"


class StockMoveLine(models.Model):
    """What people type on a line that is not done.

    Odoo deletes lines and makes them again when a quantity is lowered, or when units are unreserved
    and reserved again. What was typed stays on the units that are left; if there is no unit for it,
    it waits with what was refused on the transfer.
    """

    _inherit = "stock.move.line"

    confirmed_name = fields.Char(
        "Confirmed Serial Number",
        copy=False,
        help="The number that somebody confirmed as it is, without the format of its part.",
    )

    def _filter_typed(self):
        """Return the open lines on which somebody typed a serial number or answers, or of whose
        unit somebody took photos."""
        return self.filtered(
            lambda line: (
                line.state not in ("done", "cancel")
                and line.product_id.tracking == "serial"
                and (
                    line.lot_name
                    or line.serial_answers.given
                    or line._has_chosen_serial()
                    or line._get_photos()
                )
            )
        )

    def _has_chosen_serial(self):
        """Return whether a person must have chosen its serial number, as nothing was reserved."""
        move = self.move_id
        return (
            self.lot_id
            and not move.move_orig_ids
            and move._should_bypass_reservation(self.location_id)
        )

    def _trim(self, units):
        """Remove *units*, in the part's unit of measure, from these lines: first from those on
        which nobody typed. What was typed on the others is kept."""
        typed, gone = self._filter_typed(), self.browse()
        for line in [*(self - typed).sorted("id")[::-1], *typed.sorted("id")[::-1]]:
            unit, quantity = line.product_id.uom_id, line.quantity_product_uom
            if unit.compare(units, 0) <= 0:
                break
            if unit.compare(quantity, units) > 0:
                line.write({"product_uom_id": unit.id, "quantity": quantity - units})
                break
            if not unit.is_zero(quantity):
                units -= quantity
                gone |= line
        (gone & typed)._keep_typed()
        gone.unlink()

    def _keep_typed(self):
        """Keep what was typed on these lines, which lose their unit, with what was refused on their
        transfer."""
        for picking, lines in self._group_by_prompt().items():
            if picking:
                picking._refuse([line._prepare_typed_row() for line in lines])
                picking._keep_photos(lines._get_photos())

    def _filter_renamed(self):
        """Return the open lines on which somebody typed a serial number, but whose unit has since
        got another one."""
        return self._filter_typed().filtered(
            lambda line: line.lot_id and line.lot_name and line.lot_name != line.lot_id.name
        )

    def _keep_renamed(self):
        """Keep what was typed on the lines whose unit has since got another serial number."""
        if renamed := self._filter_renamed():
            renamed._keep_typed()
            renamed.write({"lot_name": False, "serial_answers": False})

    def _prepare_typed_row(self):
        """Return the row of ``serial_entry_refused`` that keeps what was typed on this line:
        ``typed`` is a list of ``{"unit": what it can be typed on, "values": of the line}``."""
        name = self.lot_name or self.lot_id.name or ""
        return {
            "text": name,
            "name": name or self.env._("No serial number"),
            "status": "surplus",
            "message": " ".join([self._explain_no_unit(), *self._describe_typed()]),
            "lot_id": self.lot_id.id,
            "typed": [{"unit": self._get_typed_unit(), "values": self._prepare_typed()}],
        }

    def _explain_no_unit(self):
        """Return why what was typed on this line has no unit, and the bin that it was for."""
        if self._filter_renamed():
            return self.env._("its unit is now %(serial)s.", serial=self.lot_id.name)
        if self.move_id.is_serialize:
            location = self.location_id.display_name
            return self.env._("its unit is no longer in %(location)s.", location=location)
        reason = self.env._("this transfer has no unit left for it.")
        if self.location_dest_id == self.move_id.location_dest_id:
            return reason
        location = self.location_dest_id.display_name
        return " ".join([reason, self.env._("Bin: %(location)s.", location=location)])

    def _get_typed_unit(self):
        """Return, as JSON, what identifies the units that this line may stand for: the ids of the
        part and, for units in stock, of their position."""
        if not self._get_prompts().serial_units_in_stock:
            return [self.product_id.id]
        return [self.product_id.id, *Position.of(self)]

    def _prepare_typed(self):
        """Return, as JSON, what people typed on this line, to write it to another."""
        names = ["location_dest_id", "result_package_id"]
        if not self._get_prompts().serial_units_in_stock:
            names += ["lot_id", "owner_id"]
        return {
            **{name: self[name].id for name in names},
            "lot_name": self.lot_name,
            "confirmed_name": self.confirmed_name,
            "picked": self.picked,
            "serial_answers": self.serial_answers.given,
            "photo_ids": self._get_photos().ids,
        }

    def _restore_typed(self):
        """Write what was typed, and waits with what was refused, to the lines that stand for such a
        unit and have no serial number."""
        for picking, lines in self._group_by_prompt().items():
            rows = picking.serial_entry_refused or []
            if any(row.get("typed") for row in rows):
                picking._set_refused(lines._restore_rows(rows))

    def _restore_rows(self, rows):
        """Write what was typed, from *rows* of ``serial_entry_refused``, to these lines; return the
        rows that found no unit, or were not typed on a line."""
        on_transfer = {
            (line.product_id.id, line.lot_name or line.lot_id.name): line
            for line in self._get_prompts().serial_line_ids - self._awaits_serial()
        }
        free = defaultdict(deque)
        for line in self._awaits_serial().filtered(lambda line: line.quantity_product_uom <= 1):
            free[tuple(line._get_typed_unit())].append(line)
        left = []
        for row in rows:
            kept = []
            for typed in row.get("typed", ()):
                same = on_transfer.get((typed["unit"][0], row["text"]))
                queue = free[tuple(typed["unit"])]
                if same:
                    same._write_typed_on_unit(typed["values"])
                elif queue:
                    queue.popleft()._write_typed(typed["values"])
                else:
                    kept.append(typed)
            if kept or not row.get("typed"):
                left.append({**row, "typed": kept})
        return left

    def _write_typed(self, values):
        """Write what was typed to this line. Records that are deleted by now, and bins that are not
        on this transfer, are left out."""
        given = values
        values = {name: given[name] for name in given.keys() - {"serial_answers", "photo_ids"}}
        for name, field in self._fields.items():
            if values.get(name) and field.type == "many2one":
                values[name] = self.env[field.comodel_name].browse(values[name]).exists().id
        location = self.location_dest_id.browse(values.get("location_dest_id"))
        if not location or not location._child_of(self.move_id.location_dest_id):
            values.pop("location_dest_id", None)
        self.write(
            {
                name: value
                for name, value in values.items()
                if value != self._fields[name].convert_to_write(self[name], self)
            }
        )
        self._write_typed_on_unit(given)

    def _move_typed_to(self, lines, serial):
        """Clear this line, and let what was typed on it be typed on that of *lines* that has
        *serial*: it was typed for that unit."""
        typed = self._prepare_typed()
        names = ("location_dest_id", "result_package_id", "serial_answers", "photo_ids")
        [line] = lines.filtered(lambda line: line.lot_id == serial)
        line._get_prompts()._keep_photos(self._get_photos())
        self.write({"lot_name": False, "lot_id": False, "serial_answers": False})
        line._write_typed({name: typed[name] for name in names})

    def _write_typed_on_unit(self, values):
        """Write the answers and photos in *values*, what was typed, to this line."""
        answers = values["serial_answers"]
        if answers and not self.serial_answers.given:
            self._fields["serial_answers"].restore(self, answers)
        # Rows that were kept before there were photos have none.
        self._take_photos_from_transfer(values.get("photo_ids", ()))

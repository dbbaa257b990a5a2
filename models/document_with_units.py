from odoo import models


class DocumentWithUnits(models.AbstractModel):
    """A document whose units are of several kinds, each with a prompt of its own.

    A bridge adds ``units_ids``, a one2many to its ``serial.prompt.units``: they are created when
    they are first needed.
    """

    _name = "serialized_parts.document.with.units"
    _description = "Document With Several Kinds of Units"
    _inherit = "serialized_parts.document"

    def _get_units(self, kind):
        """Return the units of this *kind* of these documents."""
        document = self._fields["units_ids"].inverse_name
        missing = self - self._filter_units(kind)[document]
        # Whoever works on a document has its units, too.
        self.units_ids.sudo().create([{document: record.id, "kind": kind} for record in missing])
        return self._filter_units(kind)

    def _filter_units(self, kind):
        return self.units_ids.filtered(lambda units: units.kind == kind)

    def _count_serials(self, moves, chosen=()):
        """Return how many units of *moves* have a serial number, like "1 / 3"; an empty text if none
        of the parts uses them.

        :param chosen: serial numbers that are on the document itself, and maybe on lines
        """
        moves = moves.filtered(
            lambda move: (
                move.product_id.tracking == "serial" and move.state not in ("done", "cancel")
            )
        )
        if not moves:
            return ""
        names = {
            (line.product_id, line.lot_id.name or line.lot_name)
            for line in moves.move_line_ids
            if line.lot_id or line.lot_name
        }
        names |= {(lot.product_id, lot.name) for lot in chosen}
        return f"{len(names)} / {round(sum(moves.mapped('product_qty')))}"

    def _action_prompt(self, kind):
        """Open the prompt of the units of this *kind*.

        :return: window action
        :raise AccessError: if the user may not change this document
        """
        self.check_access("write")
        return self._get_units(kind).action_open_serial_prompt()

    def _ask_missing(self, units):
        """Return the prompt of those of *units*, of one kind of these documents, that lack something;
        None if nothing is missing. Once the prompt is done, all of these documents are validated."""
        to_prompt = units._get_pickings_to_prompt()
        if not to_prompt:
            return None
        ids = self._get_units(units[:1].kind).ids
        return to_prompt.with_context(serial_validate_ids=ids).action_open_serial_prompt()

    def _validate_units(self):
        """Validate these documents, whose prompts of some kinds are done.

        :return: what the document's own button returns: an action, or True
        """
        raise NotImplementedError

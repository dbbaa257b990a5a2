from odoo import models


class StockPicking(models.Model):
    """What is at hand in the prompt, as its title."""

    _inherit = "stock.picking"

    def _get_prompt_title(self):
        """Return what is to be done with the units of these transfers, like "Receive 5 × Engine
        from Northside Salvage"."""
        if self._takes_any_unit():
            return self.env._("Move Serials")
        kinds = set(self.mapped(lambda picking: picking._get_serial_kind()))
        kind = kinds.pop() if len(kinds) == 1 else "several"
        what = self._describe_units()
        if len(self) > 1:
            what = self.env._("%(units)s on %(count)s transfers", units=what, count=len(self))
            return self._describe_work(kind, what, "")
        return self._describe_work(kind, what, self._get_other_side(kind))

    def _get_serial_kind(self):
        """Return what a transfer does with its units: "serialize", or its operation type's code."""
        return "serialize" if self.is_serialize else self.picking_type_code

    def _get_other_side(self, kind):
        """Return, as text, who the units come from or go to, or where they move; it may be empty."""
        match kind:
            case "serialize":
                return self.location_id.display_name
            case "incoming" | "outgoing":
                return self.partner_id.display_name or ""
            case _move:
                return self.location_dest_id.display_name

    def _describe_work(self, kind, what, side):
        """Return the sentence about *what* is done, and with whom or where: *side*, if any."""
        match kind, bool(side):
            case "serialize", True:
                return self.env._("Serialize %(what)s in %(location)s", what=what, location=side)
            case "serialize", False:
                return self.env._("Serialize %(what)s", what=what)
            case "incoming", True:
                return self.env._("Receive %(what)s from %(partner)s", what=what, partner=side)
            case "incoming", False:
                return self.env._("Receive %(what)s", what=what)
            case "outgoing", True:
                return self.env._("Deliver %(what)s to %(partner)s", what=what, partner=side)
            case "outgoing", False:
                return self.env._("Deliver %(what)s", what=what)
            case "several", _side:
                return self.env._("Validate %(what)s", what=what)
            case _move, True:
                return self.env._("Move %(what)s to %(location)s", what=what, location=side)
            case _move, _side:
                return self.env._("Move %(what)s", what=what)

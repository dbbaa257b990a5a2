from odoo import models

from .stock_picking_follow import OFFER_NEXT


class StockPicking(models.Model):
    """The prompt of a transfer, and what its button does."""

    _inherit = "stock.picking"

    #: As Odoo's own questions have it.
    _to_validate_key = "button_validate_picking_ids"

    def _get_prompt_view(self):
        view = "pick" if self._is_from_stock() else "serials"
        return f"serialized_parts.stock_picking_view_form_{view}"

    def _add_unit_lines(self):
        serialize = self.filtered("is_serialize")
        serialize._sync_serialize_lines()
        return super(StockPicking, self - serialize)._add_unit_lines()

    def _validate_prompted(self):
        return self.with_context(**{OFFER_NEXT: True}).button_validate()

    def _get_validate_label(self):
        """Return what validating will do, as the text of the button."""
        done, left = self._count_to_validate()
        if self._is_from_stock() and not self.serial_scanned_count and not left:
            return self._get_unscanned_label(done)
        match self._get_serial_kind(), bool(left):
            case "serialize", False:
                return self.env._("Serialize %(done)s", done=done)
            case "serialize", True:
                return self.env._(
                    "Serialize %(done)s, leave %(left)s for later", done=done, left=left
                )
            case "incoming", False:
                return self.env._("Receive %(done)s", done=done)
            case "incoming", True:
                return self.env._(
                    "Receive %(done)s, leave %(left)s for later", done=done, left=left
                )
            case "outgoing", False:
                return self.env._("Deliver %(done)s", done=done)
            case "outgoing", True:
                return self.env._(
                    "Deliver %(done)s, leave %(left)s for later", done=done, left=left
                )
            case _kind, False:
                return self.env._("Move %(done)s", done=done)
            case _kind, _left:
                return self.env._("Move %(done)s, leave %(left)s for later", done=done, left=left)

    def _get_unscanned_label(self, count):
        """Return what validating will do where nobody has scanned."""
        if self.picking_type_code == "outgoing":
            return self.env._("Deliver %(count)s without scanning", count=count)
        return self.env._("Move %(count)s without scanning", count=count)

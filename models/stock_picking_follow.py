from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.fields import Domain

#: Context key: who validates reads what was done, and is offered what can follow.
OFFER_NEXT = "serialized_parts_offer_next"


class StockPicking(models.Model):
    """What was done when transfers are validated in the prompt, and what can follow."""

    _inherit = "stock.picking"

    def button_validate(self):
        """Also offer what can follow to who has validated in the prompt."""
        result = super().button_validate()
        if result is not True or not self.env.context.get(OFFER_NEXT):
            return result
        return self.filtered(lambda picking: picking.state == "done")._offer_next() or result

    def _offer_next(self):
        """Return the client action that shows what was done on these transfers and offers what can
        follow; None if they have no serial number."""
        if not self.serial_line_ids.lot_id:
            return None
        offers = [self._offer_labels(), self._offer_next_step(), self._offer_next_of_today()]
        return {
            "type": "ir.actions.client",
            "tag": "serialized_parts_offer_next",
            "params": {
                "message": self._describe_done(),
                "offers": [offer for offer in offers if offer],
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ---------------------------------------------------------------------------- what was done

    def _describe_done(self):
        """Return what was done with the units of these transfers, and what is left, as text."""
        count = len(self.serial_line_ids.lot_id)
        kinds = set(self.mapped(lambda picking: picking._get_serial_kind()))
        match kinds.pop() if len(kinds) == 1 else "", count:
            case "serialize", 1:
                message = self.env._("1 unit serialized.")
            case "serialize", _:
                message = self.env._("%(count)s units serialized.", count=count)
            case "incoming", 1:
                message = self.env._("1 unit received.")
            case "incoming", _:
                message = self.env._("%(count)s units received.", count=count)
            case "outgoing", 1:
                message = self.env._("1 unit delivered.")
            case "outgoing", _:
                message = self.env._("%(count)s units delivered.", count=count)
            case _, 1:
                message = self.env._("1 unit moved.")
            case _:
                message = self.env._("%(count)s units moved.", count=count)
        return " ".join(filter(None, [message, self._describe_left()]))

    def _describe_left(self):
        """Return how many units were left for later, and where, as text; empty if there are none."""
        backorders = self.backorder_ids.filtered(
            lambda backorder: backorder.state not in ("done", "cancel")
        )
        count = sum(backorders.mapped("serial_unit_count"))
        if not count:
            return ""
        return self.env._(
            "%(count)s left for later: %(transfers)s.",
            count=count,
            transfers=", ".join(backorders.mapped("name")),
        )

    # ----------------------------------------------------------------------------- what follows

    def _offer_labels(self):
        """Return the offer to print the labels of the units that these transfers have received or
        serialized; None if there are none."""
        received = self.filtered(
            lambda picking: picking._get_serial_kind() in ("serialize", "incoming")
        )
        count = len(received.serial_line_ids.lot_id)
        if not count:
            return None
        label = self.env._("Print %(count)s Labels", count=count)
        if count == 1:
            label = self.env._("Print 1 Label")
        return {"label": label, "labels_of": received.ids}

    def _offer_next_step(self):
        """Return the offer to open the transfer that these units are on next, such as the one that
        puts them away; None if there is none."""
        following = self._get_next_transfers().filtered(
            lambda picking: picking.state in ("confirmed", "assigned")
        )
        following = following._filtered_access("write")[:1]
        return following and following._prepare_offer(following._name_next_step())

    def _name_next_step(self):
        """Return what this transfer does with units that another one has just moved, as text."""
        if self.picking_type_code == "outgoing":
            return self.env._("Deliver")
        if self.location_dest_id._child_of(self.picking_type_id.warehouse_id.lot_stock_id):
            return self.env._("Put Away")
        return self.picking_type_id.name

    def _offer_next_of_today(self):
        """Return the offer to open the next transfer of the same kind that is due today or late;
        None if there is none."""
        kind = self[:1]._get_serial_kind()
        # What these have just left for later is not next.
        following = self.search(
            Domain("picking_type_id", "=", self[:1].picking_type_id.id)
            & Domain("state", "=", "assigned")
            & Domain("scheduled_date", "<", self._get_end_of_today())
            & Domain("id", "not in", (self | self.backorder_ids).ids),
            order="priority desc, scheduled_date, id",
            limit=1,
        )
        match kind:
            case "serialize":
                label = self.env._("Next Part")
            case "incoming":
                label = self.env._("Next Receipt")
            case "outgoing":
                label = self.env._("Next Delivery")
            case _move:
                label = self.env._("Next Transfer")
        return following and following._prepare_offer(label)

    def _get_end_of_today(self):
        """Return the end of the user's day, in UTC."""
        tomorrow = fields.Date.context_today(self) + timedelta(days=1)
        midnight = self.env.tz.localize(datetime.combine(tomorrow, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _prepare_offer(self, label):
        """Return the offer to open this transfer, and its prompt where it has serialized units."""
        return {"label": label, "picking_id": self.id, "has_prompt": bool(self.serial_unit_count)}

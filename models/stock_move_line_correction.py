"""A serial number that is typed on the line of the wrong part."""

from odoo import models
from odoo.exceptions import UserError

from ..fields.serial_answers import CheckedAnswers


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def action_correct_serial(self):
        """Open the dialog that moves the serial number typed on this line to another part.

        :return: window action on ``serial.correction``
        :raise AccessError: unless the user is an inventory manager who may change this line
        """
        self.ensure_one()
        self.env["serial.correction"]._check_manager()
        self.check_access("write")
        return self.env["serial.correction"]._action_open({"default_move_line_id": self.id})

    def _move_serial_to_part(self, product, reason):
        """Move the serial number typed on this line, its bin, answers and photos to a unit of
        another part on the same transfer.

        :raise UserError: if the transfer has no free unit of that part, or the part can't have
            this serial number
        """
        self.ensure_one()
        name, answers, old_part = self.lot_name, self.serial_answers.given, self.product_id
        if problem := old_part._explain_other_part(product):
            raise UserError(problem)
        target = self._find_free_unit(product)
        self._get_prompts()._check_serial_fits(product, name)
        if not self._get_prompts().serial_units_in_stock:
            target.location_dest_id = self.location_dest_id
        self.write({"lot_name": False, "serial_answers": False})
        target.write({"lot_name": name, "serial_answers": CheckedAnswers(answers)})
        self.photo_ids.move_line_id = target
        body = self.env._(
            "Serial number %(serial)s moved from %(old)s to %(new)s. Reason: %(reason)s",
            serial=name,
            old=old_part._get_html_link(),
            new=product._get_html_link(),
            reason=reason,
        )
        self.env["stock.lot"]._log_on_transfers(body, self)

    def _find_free_unit(self, product):
        """Return a unit of *product* on the same transfer that awaits its serial number.

        :raise UserError: if there is none
        """
        self.ensure_one()
        lines = self._get_prompts().serial_line_ids.filtered(
            lambda line: line.product_id == product and line.state not in ("done", "cancel")
        )
        lines |= lines._split_into_units()
        free = lines._awaits_serial()[:1]
        if not free:
            raise UserError(
                self.env._(
                    "Every unit of %(part)s on %(transfer)s already has a serial number.",
                    part=product.display_name,
                    transfer=self.move_id._name_serial_documents()[0],
                )
            )
        return free

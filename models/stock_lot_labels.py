"""The labels of serial numbers."""

from odoo import api, models
from odoo.exceptions import UserError

from ..fields.answer_texts import describe_answer
from ..tools.label_codes import choose_code
from ..tools.label_layout import fit_code
from ..tools.position import INTERNAL_USAGES
from ..tools.zpl import Label


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.readonly
    def action_print_labels(self):
        """Open the dialog that prints the labels of these serial numbers.

        :return: window action on ``lot.label.layout``
        :raise AccessError: if the user may not read them
        :raise UserError: if none of them is a serial number
        """
        self.check_access("read")
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        if not serials:
            self._raise_no_label()
        return self._action_label_layout(default_lot_ids=serials.ids)

    @api.model
    def _raise_no_label(self):
        raise UserError(self.env._("None of these units has a serial number yet."))

    @api.model
    def _action_label_layout(self, **defaults):
        """Return the window action of Odoo's dialog for labels, with *defaults* in its context."""
        return {
            "name": self.env._("Print Labels"),
            "type": "ir.actions.act_window",
            "res_model": "lot.label.layout",
            "views": [(self.env.ref("stock.lot_label_layout_form_picking").id, "form")],
            "target": "new",
            "context": defaults,
        }

    def _prepare_labels(self, code, width, height, dots=0):
        """Return the :class:`Label` of each of these serial numbers.

        :param code: the code that was chosen for them
        :param width, height: the size of a label, in millimetres
        :param dots: how many dots a label printer has in a millimetre
        """
        on_label = self._get_label_questions()
        labels = []
        for lot in self:
            part, address = lot.product_id, lot.serial_url
            chosen = choose_code(code, address, part._get_gtin(), lot.name)
            chosen = fit_code(chosen, address, width, height, dots)
            lines = tuple(lot._get_label_lines(on_label))
            labels.append(Label(part.display_name, lot.name, lines, chosen))
        return labels

    def _get_label_lines(self, on_label):
        """Yield what is on the label of this serial number besides its part: its bin, and its answers
        to the custom fields whose keys are *on_label*."""
        location = self.location_id
        if location.usage in INTERNAL_USAGES:
            yield location.name
        questions = self.part_type_id._get_questions()
        answers = self.serial_answers._values
        for question in self.env["serial.question"]._translate_definition(questions):
            if question["name"] in on_label:
                answer = describe_answer(self.env, question, answers.get(question["name"]))
                if answer:
                    yield f"{question['string']}: {answer}"

    @api.model
    def _get_label_questions(self):
        """Return the keys of the custom fields that are on labels."""
        # Purchase users see answers, but can't read how custom fields are set up.
        questions = self.env["serial.question"].sudo()
        return set(questions.search([("on_label", "=", True)]).mapped("key"))

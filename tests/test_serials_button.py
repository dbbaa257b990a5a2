from lxml import etree

from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialsButton(SerialCase):
    """The button on a part's form that shows and opens its serial numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 3, cls.bin_a)
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _parts(self, user):
        return self.part.with_user(user), self.part.product_tmpl_id.with_user(user)

    def test_it_counts_the_units_with_a_serial_number_of_all(self):
        for part in self._parts(self.clerk):
            self.assertEqual((part.serial_count, part.serial_unit_count), (0, 3))
        self._serialize(self.part).enter_serials("SN1")
        self._serialize(self.part).with_context(skip_serial_prompt=True).button_validate()
        self.env.invalidate_all()
        for part in self._parts(self.clerk):
            self.assertEqual((part.serial_count, part.serial_unit_count), (1, 3))

    def test_it_leads_to_the_prompt_while_units_lack_one(self):
        for part in self._parts(self.clerk):
            action = part.action_open_serials()
            self.assertEqual((action["res_model"], action["target"]), ("stock.picking", "new"))

    def test_then_it_leads_to_the_tab(self):
        serialize = self._serialize(self.part)
        serialize.enter_serials("SN1*3")
        serialize.button_validate()
        for part in self._parts(self.clerk):
            action = part.action_open_serials()
            self.assertEqual(action["tag"], "serialized_parts_open_serial_tab")

    def test_who_only_reads_gets_the_list(self):
        for part in self._parts(self.buyer):
            action = part.action_open_serials()["params"]["list"]
            self.assertEqual(action["res_model"], "stock.lot")
            found = self.env["stock.lot"].with_user(self.buyer).search(action["domain"])
            self.assertEqual(found.product_id, self.part.browse())

    def test_it_is_there_for_who_may_read_them(self):
        for user, count in ((self.clerk, 1), (self.buyer, 1), (self.employee, 0)):
            for part in self._parts(user):
                arch = etree.fromstring(part.get_view(view_type="form")["arch"])
                buttons = arch.findall(".//button[@name='action_open_serials']")
                self.assertEqual(len(buttons), count, user.login)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from .common import SerialCase


class SharedCase(SerialCase):
    """Two companies share a part, a vendor and the customers. :attr:`sold` is what the other one
    has sold, :attr:`kept` what it has in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.mileage = cls._new_question("Mileage", "integer")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.there = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)])
        cls.their_boss = new_test_user(
            cls.env,
            login="serial_their_boss",
            groups="stock.group_stock_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        (cls.boss | cls.their_boss).group_ids += cls.env.ref("base.group_allow_export")

    def setUp(self):
        super().setUp()
        self._bring_in("SOLD\nKEPT", self.there, self.their_boss)
        self.kept, self.sold = self._serials(self.part)
        self.sold.serial_answers = {self.mileage.key: 120000}
        self._sell(self.sold, self.there, self.their_boss)
        # Changes of records that were just created are not tracked.
        self.env.cr.flush()
        self.env.invalidate_all()

    def _bring_in(self, text, warehouse, user, validate=True):
        """Receive the serial numbers in *text*, each on a line, and return the receipt."""
        receipt = self._move(
            self.part,
            len(text.splitlines()),
            warehouse.in_type_id,
            self.suppliers,
            warehouse.lot_stock_id,
            user=user,
        )
        receipt.enter_serials(text)
        if validate:
            self.assertTrue(receipt.button_validate())
        return receipt

    def _sell(self, serial, warehouse, user):
        delivery = self._move(
            self.part, 1, warehouse.out_type_id, warehouse.lot_stock_id, self.customers, user=user
        )
        delivery.action_assign()
        delivery.move_line_ids.lot_id = serial
        self.assertTrue(delivery.button_validate())
        at_customers = (
            serial.sudo().quant_ids.filtered(lambda quant: quant.quantity > 0).location_id
        )
        self.assertIn(self.customers, at_customers)
        return delivery

    def _call(self, user, model, ids, method, *args, **kwargs):
        """Call as over RPC, with nothing cached that another user read."""
        self.env.flush_all()
        self.env.invalidate_all()
        args = list(args) if ids is None else [ids, *args]
        result = call_kw(self.env[model].with_user(user), method, args, kwargs)
        self.env.flush_all()
        return result

    def _deny(self, user, serial, method, *args):
        with (
            self.subTest(user=user.login, record=serial, method=method),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self._call(user, serial._name, serial.ids, method, *args)

    def _find(self, user, **values):
        Checkup = self.env["serial.checkup"].with_user(user)
        self.env.flush_all()
        self.env.invalidate_all()
        return Checkup.search([("product_id", "=", self.part.id)])

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .shared_case import SharedCase


@tagged("post_install", "-at_install")
class TestOtherCompaniesNames(SharedCase):
    """No message names what another company has, and still explains what is wrong."""

    def _refuse(self, user, method, *args, ids=None, model="stock.lot"):
        """Return the message that refuses this call."""
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._call(user, model, ids, method, *args)
        self.assertNotIsInstance(refused.exception, AccessError)
        for secret in (self.there.code, self.there.name, "THEIR BOX", "Consignor"):
            self.assertNotIn(secret, str(refused.exception))
        return str(refused.exception)

    def test_a_name_that_it_has_is_refused(self):
        for name in ("SOLD", "KEPT"):
            vals = {"name": name, "product_id": self.part.id}
            message = self._refuse(self.boss, "create", [vals])
            self.assertIn(f"{name} belongs to another company", message)
        self.sold.with_user(self.their_boss).active = False
        for vals in ({"name": "SOLD"}, {"name": "KEPT"}):
            message = self._refuse(self.clerk, "create", [{"product_id": self.part.id, **vals}])
            self.assertNotIn("rchive", message)
        imported = self._call(
            self.boss,
            "stock.lot",
            None,
            "load",
            ["name", "product_id/.id"],
            [["KEPT", str(self.part.id)]],
        )
        [problem] = imported["messages"]
        self.assertIn("another company", problem["message"])
        self.assertNotIn(self.there.code, problem["message"])

    def test_their_locations_are_named_to_their_company(self):
        vals = {"name": "KEPT", "product_id": self.part.id}
        with self.assertRaisesRegex(ValidationError, self.there.lot_stock_id.display_name):
            self._call(self.their_boss, "stock.lot", None, "create", [vals])

    def test_what_moved_it_since_is_not_named(self):
        receipt = self._bring_in("MINE", self.warehouse, self.clerk)
        mine = receipt.move_line_ids.lot_id
        self._sell(mine, self.warehouse, self.clerk)
        theirs = self._bring_in("MINE", self.there, self.their_boss)
        package = self.env["stock.package"].create(
            {"name": "THEIR BOX", "company_id": self.other.id}
        )
        owner = self.env["res.partner"].create({"name": "Consignor", "company_id": self.other.id})
        quant = mine.quant_ids.filtered(lambda quant: quant.location_id == self.there.lot_stock_id)
        quant.sudo().write({"package_id": package.id, "owner_id": owner.id})
        line = receipt.move_line_ids
        self.env.flush_all()
        message = self._refuse(
            self.clerk, "write", {"quantity": 0}, ids=line.ids, model="stock.move.line"
        )
        self.assertIn("MINE", message)
        self.assertNotIn(theirs.name, message)

    def test_what_has_reserved_it_is_not_named(self):
        receipt = self._bring_in("MINE", self.warehouse, self.clerk)
        mine = receipt.move_line_ids.lot_id
        self._sell(mine, self.warehouse, self.clerk)
        self._bring_in("MINE", self.there, self.their_boss)
        theirs = self._move(
            self.part,
            2,
            self.there.out_type_id,
            self.there.lot_stock_id,
            self.customers,
            user=self.their_boss,
        )
        theirs.action_assign()
        self.assertIn(mine, theirs.move_line_ids.lot_id)
        message = self._refuse(
            self.clerk,
            "write",
            {"location_dest_id": self.bin_a.id},
            ids=receipt.move_line_ids.ids,
            model="stock.move.line",
        )
        self.assertIn("MINE is reserved by", message)
        self.assertIn("don't have access", message)
        self.assertNotIn(theirs.name, message)

    def test_a_serial_number_known_by_its_id_only_is_not_used(self):
        receipt = self._move(
            self.part, 1, self.warehouse.in_type_id, self.suppliers, self.stock, user=self.clerk
        )
        line = receipt.move_line_ids
        for serial in (self.kept, self.sold):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._call(self.clerk, "stock.move.line", line.ids, "write", {"lot_id": serial.id})
            vals = {"lot_id": serial.id, "reason": "x", "kind": "undo"}
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._call(self.boss, "serial.correction", None, "create", [vals])

    def test_a_lot_of_another_company_is_not_named(self):
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "THEIR BOX", "product_id": oil.id})
        self._put_in_stock(oil, 5, self.there.lot_stock_id, lot_id=lot)
        message = self._refuse(
            self.boss,
            "write",
            {"uses_serial_numbers": True},
            ids=oil.product_tmpl_id.ids,
            model="product.template",
        )
        self.assertIn("a lot of another company: 5 in a bin you don't have access to", message)

    def test_a_correction_is_noted_on_its_companys_documents(self):
        mine = self._bring_in("SOLD", self.warehouse, self.clerk, validate=False)
        theirs = self._bring_in("SOLD", self.there, self.their_boss, validate=False)
        self.their_boss.company_ids += self.env.company
        both = (self.other | self.env.company).ids
        serial = self.sold.with_user(self.their_boss).with_context(allowed_company_ids=both)
        serial._correct_name("RIGHT", "Misread")
        self.env.cr.flush()
        self.env.invalidate_all()
        names = [receipt.move_line_ids.lot_name for receipt in (mine, theirs)]
        self.assertEqual(names, ["SOLD", "RIGHT"])
        notes = self.env["mail.message"].search([("body", "ilike", "Misread")])
        self.assertEqual(
            {(note.model, note.res_id) for note in notes},
            {("stock.lot", self.sold.id), ("stock.picking", theirs.id)},
        )

from contextlib import nullcontext
from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import file_path

from .shared_case import SharedCase
from .without_fast import without_fast


@tagged("post_install", "-at_install")
class TestFromCompanyToCompany(SharedCase):
    """A unit leaves one company and comes to another one."""

    def test_it_comes_back_to_the_company_that_receives_it(self):
        for create in (True, False):
            self.warehouse.in_type_id.use_create_lots = create
            with self.subTest(create=create), self.env.cr.savepoint() as savepoint:
                receipt = self._bring_in("SOLD", self.warehouse, self.clerk, validate=False)
                line = receipt.move_line_ids
                # Until then it is the other company's.
                self.assertEqual((line.lot_name, line.lot_id.id), ("SOLD", False))
                self.assertFalse(line.serial_answers.given or line.serial_answers._values)
                self._deny(self.clerk, self.sold, "read", ["name"])
                line.serial_answers = {self.mileage.key: 130000}
                self.assertTrue(receipt.button_validate())
                self.assertEqual(line.lot_id, self.sold)
                self.env.flush_all()
                self.env.invalidate_all()
                mine = self.sold.with_user(self.clerk)
                self.assertEqual(mine.serial_answers._values, {self.mileage.key: 130000})
                self.assertEqual((mine.location_id, mine.source), (self.stock, receipt.name))
                self._deny(self.their_boss, self.sold, "read", ["name"])
                self.assertEqual(self._serials(self.part), self.kept + self.sold)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_it_comes_back_archived(self):
        self.sold.with_user(self.their_boss).active = False
        self._bring_in("SOLD", self.warehouse, self.clerk)
        self.assertTrue(self.sold.with_user(self.clerk).active)

    def test_it_comes_with_a_return_to_the_company_that_had_it_before(self):
        self._bring_in("SOLD", self.warehouse, self.clerk)
        delivery = self._sell(self.sold, self.warehouse, self.clerk)
        self._bring_in("SOLD", self.there, self.their_boss)
        self._sell(self.sold, self.there, self.their_boss)
        self._deny(self.clerk, self.sold, "read", ["name"])
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=delivery.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].with_user(self.clerk)
        back = back.browse(wizard.action_create_returns()["res_id"])
        if back.serial_missing_count:
            back.enter_serials("SOLD")
        self.assertTrue(back.button_validate())
        self.assertEqual(self.sold.with_user(self.clerk).location_id, self.stock)
        self._deny(self.their_boss, self.sold, "read", ["name"])

    def test_on_its_way_between_the_companies_it_belongs_to_both(self):
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        out = self._move(
            self.part,
            1,
            self.there.out_type_id,
            self.there.lot_stock_id,
            transit,
            user=self.their_boss,
        )
        out.action_assign()
        self.assertTrue(out.button_validate())
        for user in (self.clerk, self.their_boss):
            self.assertTrue(self._call(user, "stock.lot", self.kept.ids, "read", ["name"]))

    def test_documents_name_what_went_on_to_another_company(self):
        self._bring_in("MINE", self.warehouse, self.clerk)
        mine = self._serials(self.part).filtered(lambda lot: lot.name == "MINE")
        delivery = self._sell(mine, self.warehouse, self.clerk)
        self._bring_in("MINE", self.there, self.their_boss)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(delivery.move_line_ids.lot_id.name, "MINE")
        mine.serial_answers = {self.mileage.key: 77}
        self.assertEqual(mine.serial_answers._values, {self.mileage.key: 77})
        self.assertFalse(delivery.move_line_ids.serial_answers._values)
        for field in ("location_id", "serial_answers"):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                delivery.move_line_ids.lot_id.mapped(field)
        self.clerk.group_ids += self.env.ref("stock.group_lot_on_delivery_slip")
        Report = self.env["ir.actions.report"].with_user(self.clerk)
        slip = Report._render_qweb_html("stock.report_deliveryslip", delivery.ids)[0]
        self.assertIn(b"MINE", slip)
        for user in (self.clerk, self.boss):
            self._deny(user, mine, "read", ["name"])
            self.assertFalse(self._call(user, "stock.lot", None, "name_search", "MINE"))
        self._deny(self.boss, mine, "export_data", ["name"])
        self._open(delivery)

    def _open(self, delivery):
        """Open what Odoo shows for this transfer."""
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(delivery) as form:
            form.note = "Called back"
        self.env.invalidate_all()
        Form(delivery.move_ids, view="stock.view_stock_move_operations")
        for model, domain in (
            ("stock.move.line", [("picking_id", "=", delivery.id)]),
            ("stock.move", [("picking_id", "=", delivery.id)]),
        ):
            self.env.invalidate_all()
            records = self.env[model].with_user(self.boss).search(domain)
            shown = records.get_view(view_type="list")["models"][model]
            self.assertTrue(records.read(shown))
        tags = {"lot_ids": {"fields": {"display_name": {}}}}
        found = self._call(self.clerk, "stock.move", delivery.move_ids.ids, "web_read", tags)
        self.assertEqual(found[0]["lot_ids"], [])


@tagged("post_install", "-at_install")
class TestWhoseUnits(SharedCase):
    """Which company has a unit, or had it last."""

    def _read(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT name, unit_company_id FROM stock_lot WHERE id = ANY(%s)",
            [(self.sold | self.kept).ids],
        )
        return dict(self.env.cr.fetchall())

    def test_upgrading_finds_it_out(self):
        theirs = {"SOLD": self.other.id, "KEPT": self.other.id}
        self.assertEqual(self._read(), theirs)
        self.env.cr.execute("UPDATE stock_lot SET unit_company_id = NULL")
        path = file_path("serialized_parts/migrations/19.0.1.1.0/post-unit_company.py")
        spec = spec_from_file_location("unit_company", path)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(self._read(), theirs)

    def test_where_it_is_counts_more_than_when_it_moved(self):
        receipt = self._bring_in("SOLD", self.warehouse, self.clerk)
        receipt.move_line_ids.sudo().date = "2020-01-01"
        self.sold._update_documents()
        self.assertEqual(self._read()["SOLD"], self.env.company.id)
        self.assertEqual(self.sold.with_user(self.clerk).location_id, self.stock)

    def test_a_new_serial_number_belongs_to_the_company_of_its_receipt(self):
        for fast in (True, False):
            receipt = self._bring_in(f"NEW{fast}", self.warehouse, self.clerk, validate=False)
            with nullcontext() if fast else without_fast(self.registry):
                receipt.button_validate()
            lot = receipt.move_line_ids.lot_id
            self.assertEqual(lot.sudo().unit_company_id, self.env.company)

from importlib.util import module_from_spec, spec_from_file_location

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import file_path

from .common import SerialCase


class SharedCase(SerialCase):
    """Two companies share a part, a vendor and the customers. :attr:`sold` is what the other one
    has sold, :attr:`held` what it has in stock."""

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
        self._bring_in("SOLD\nHELD", self.there, self.their_boss)
        self.held, self.sold = self._serials(self.part)
        self.sold.serial_answers = {self.mileage.key: 120000}
        self._sell(self.sold, self.there, self.their_boss)
        # What was created in this moment is not tracked.
        self.env.cr.flush()
        self.env.invalidate_all()

    def _bring_in(self, text, warehouse, user, validate=True):
        """Receive the serial numbers in *text*, each in a line, and return the receipt."""
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
        """Call as over RPC, with nothing in memory that another user has read."""
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


@tagged("post_install", "-at_install")
class TestOtherCompanies(SharedCase):
    """Nothing of a unit that another company has, or had last, is read, named or changed."""

    # ------------------------------------------------------------------------------- read

    def test_it_is_in_no_list_and_no_group(self):
        domain = [("product_id", "=", self.part.id)]
        for user in (self.clerk, self.boss, self.buyer):
            with self.subTest(user=user.login):
                search = self._call(user, "stock.lot", None, "search_read", domain, ["name"])
                self.assertFalse(search)
                self.assertFalse(self._call(user, "stock.lot", None, "search_count", domain))
                for name in ("SOLD", "HELD"):
                    self.assertFalse(self._call(user, "stock.lot", None, "name_search", name))
                for group in (
                    "name",
                    "location_id",
                    "source",
                    f"serial_answers.{self.mileage.key}",
                ):
                    groups = self._call(
                        user,
                        "stock.lot",
                        None,
                        "formatted_read_group",
                        domain,
                        [group],
                        ["__count"],
                    )
                    self.assertFalse([found for found in groups if found["__count"]], group)
                part = self._call(
                    user, "product.product", self.part.ids, "read", ["serial_ids", "serial_count"]
                )
                self.assertEqual((part[0]["serial_ids"], part[0]["serial_count"]), ([], 0))
        self.assertEqual(len(self._call(self.their_boss, "stock.lot", None, "search", domain)), 2)

    def test_it_is_not_read_by_its_id(self):
        for serial in (self.sold, self.held):
            for user in (self.clerk, self.boss, self.buyer):
                for field in ("name", "display_name", "location_id", "serial_answers", "quant_ids"):
                    self._deny(user, serial, "read", [field])
                    self._deny(user, serial, "web_read", {field: {}})
                self._deny(user, serial, "action_open_source")
            self._deny(self.boss, serial, "export_data", ["name", "location_id"])
            exported = self._call(
                self.their_boss, "stock.lot", serial.ids, "export_data", ["name", "location_id"]
            )
            self.assertEqual(exported["datas"][0][0], serial.name)

    def test_its_stock_at_the_customer_is_not_read(self):
        domain = [("product_id", "=", self.part.id), ("lot_id", "!=", False)]
        theirs = self._call(self.their_boss, "stock.quant", None, "search", domain)
        self.assertTrue(theirs)
        for user in (self.clerk, self.boss):
            self.assertFalse(self._call(user, "stock.quant", None, "search", domain))
            groups = self._call(
                user, "stock.quant", None, "formatted_read_group", domain, ["lot_id"], ["__count"]
            )
            self.assertFalse(groups)
            with self.assertRaises(AccessError):
                self._call(user, "stock.quant", theirs, "read", ["lot_id"])

    def test_its_chatter_and_activities_are_not_read(self):
        serial = self.sold.with_user(self.their_boss)
        note = serial.message_post(body="SOLD has a cracked cover")
        activity = serial.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call about SOLD"
        )
        for user in (self.clerk, self.boss, self.buyer, self.employee):
            for record in (note, activity):
                found = self._call(user, record._name, None, "search", [("id", "=", record.id)])
                self.assertFalse(found, user.login)
                self._deny(user, record, "read", ["display_name"])

    def test_employees_see_none_of_their_own_company_either(self):
        self.employee.group_ids += self.env.ref("base.group_allow_export")
        self._deny(self.employee, self.sold, "export_data", ["name"])
        self.employee.company_ids += self.other
        self.employee.company_id = self.other
        # Nor where another document leads to it.
        with self.assertRaises(AccessError):
            self.sold.with_user(self.employee).mapped("name")
        for method, names in (("read", ["name"]), ("export_data", ["name"])):
            self._deny(self.employee, self.sold, method, names)

    def test_who_works_in_both_companies_sees_both(self):
        self._bring_in("MINE", self.warehouse, self.clerk)
        self.boss.company_ids += self.other
        both = (self.env.company | self.other).ids
        for companies, names in (
            (self.env.company.ids, {"MINE"}),
            (self.other.ids, {"SOLD", "HELD"}),
            (both, {"MINE", "SOLD", "HELD"}),
        ):
            found = self._call(
                self.boss,
                "stock.lot",
                None,
                "search_read",
                [("product_id", "=", self.part.id)],
                ["name"],
                context={"allowed_company_ids": companies},
            )
            self.assertEqual({lot["name"] for lot in found}, names)

    # ----------------------------------------------------------------------------- change

    def test_it_is_not_changed(self):
        for serial in (self.sold, self.held):
            for user in (self.clerk, self.boss):
                for vals in (
                    {"name": "X"},
                    {"ref": "X"},
                    {"serial_answers": {self.mileage.key: 1}},
                    {"active": False},
                    {"location_id": self.bin_a.id},
                ):
                    self._deny(user, serial, "write", vals)
                self._deny(user, serial, "unlink")
                self._deny(user, serial, "message_post")
            self._deny(self.boss, serial, "action_correct_serial")
        self.assertEqual(self.sold.serial_answers._values, {self.mileage.key: 120000})

    def test_its_own_company_changes_it(self):
        for vals in ({"ref": "X"}, {"serial_answers": {self.mileage.key: 1}}, {"active": False}):
            self._call(self.their_boss, "stock.lot", self.sold.ids, "write", vals)
        self.assertFalse(self.sold.active)

    def test_nobody_says_whose_it_is(self):
        self._bring_in("MINE", self.warehouse, self.clerk)
        mine = self._serials(self.part).filtered(lambda lot: lot.name == "MINE")
        self._deny(self.boss, mine, "write", {"unit_company_id": self.other.id})
        self._deny(self.boss, mine, "read", ["unit_company_id"])
        vals = {"name": "N", "product_id": self.part.id, "unit_company_id": self.other.id}
        with self.assertRaises(AccessError):
            self._call(self.boss, "stock.lot", None, "create", [vals])

    # ------------------------------------------------------------------- it comes and goes

    def test_it_comes_back_to_who_receives_it(self):
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
                self.assertEqual(self._serials(self.part), self.held + self.sold)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_it_comes_back_archived(self):
        self.sold.with_user(self.their_boss).active = False
        self._bring_in("SOLD", self.warehouse, self.clerk)
        self.assertTrue(self.sold.with_user(self.clerk).active)

    def test_it_comes_with_a_return_of_who_had_it_before(self):
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

    def test_on_its_way_between_the_companies_it_is_everybodys(self):
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
            self.assertTrue(self._call(user, "stock.lot", self.held.ids, "read", ["name"]))

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
        """Open what Odoo shows of this transfer."""
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

    # --------------------------------------------------------------------------- messages

    def _refuse(self, user, method, *args, ids=None, model="stock.lot"):
        """Return the message with which this call is refused."""
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._call(user, model, ids, method, *args)
        self.assertNotIsInstance(refused.exception, AccessError)
        for secret in (self.there.code, self.there.name, "THEIR BOX", "Consignor"):
            self.assertNotIn(secret, str(refused.exception))
        return str(refused.exception)

    def test_a_name_that_it_has_is_taken(self):
        for name in ("SOLD", "HELD"):
            vals = {"name": name, "product_id": self.part.id}
            message = self._refuse(self.boss, "create", [vals])
            self.assertIn(f"{name} is a serial number of another company", message)
        self.sold.with_user(self.their_boss).active = False
        for vals in ({"name": "SOLD"}, {"name": "HELD"}):
            message = self._refuse(self.clerk, "create", [{"product_id": self.part.id, **vals}])
            self.assertNotIn("rchive", message)
        imported = self._call(
            self.boss,
            "stock.lot",
            None,
            "load",
            ["name", "product_id/.id"],
            [["HELD", str(self.part.id)]],
        )
        [problem] = imported["messages"]
        self.assertIn("another company", problem["message"])
        self.assertNotIn(self.there.code, problem["message"])

    def test_their_places_are_named_to_their_company(self):
        vals = {"name": "HELD", "product_id": self.part.id}
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
        self.assertIn("no access", message)
        self.assertNotIn(theirs.name, message)

    def test_a_serial_number_that_only_its_id_tells_is_not_taken(self):
        receipt = self._move(
            self.part, 1, self.warehouse.in_type_id, self.suppliers, self.stock, user=self.clerk
        )
        line = receipt.move_line_ids
        for serial in (self.held, self.sold):
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
        self.assertIn("a lot of another company: 5 in a place you have no access to", message)

    def test_a_correction_is_told_on_its_companys_documents(self):
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
        told = self.env["mail.message"].search([("body", "ilike", "Misread")])
        self.assertEqual(
            {(note.model, note.res_id) for note in told},
            {("stock.lot", self.sold.id), ("stock.picking", theirs.id)},
        )

    # ---------------------------------------------------------------------- the check-up

    def _find(self, user, **values):
        Checkup = self.env["serial.checkup"].with_user(user)
        self.env.flush_all()
        self.env.invalidate_all()
        return Checkup.search([("product_id", "=", self.part.id)])

    def test_findings_are_each_companys_own(self):
        self.mileage.required = True
        self.sold.serial_answers = {self.mileage.key: False}
        self.env["stock.lot"].create({"name": "held", "product_id": self.part.id})
        self._put_in_stock(
            self.part,
            1,
            self.bin_a,
            lot_id=self._serials(self.part).filtered(lambda lot: lot.name == "held"),
        )
        self._serials(self.part).filtered(lambda lot: lot.name == "held")._update_documents()
        mine, theirs = self._find(self.boss), self._find(self.their_boss)
        self.assertEqual(mine.mapped("kind"), ["answers_missing"])
        self.assertEqual(mine.quantity, 1)
        self.assertEqual(theirs.mapped("kind"), ["answers_missing"] * 2)
        self.assertEqual(theirs.mapped("quantity"), [1, 1])

    def test_an_activity_is_seen_by_who_is_responsible(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self.part.product_tmpl_id.responsible_id = self.clerk
        self.env["serial.checkup"]._update_activities()
        kind = self.env.ref("serialized_parts.mail_activity_type_checkup")
        activity = self.env["mail.activity"].search(
            [("activity_type_id", "=", kind.id), ("res_id", "=", self.part.product_tmpl_id.id)]
        )
        self.assertEqual(activity.user_id, self.clerk)
        self.assertTrue(self._call(self.clerk, "mail.activity", activity.ids, "read", ["summary"]))
        for user in (self.their_boss, self.employee, self.buyer):
            for method, *args in (
                ("read", ["summary"]),
                ("write", {"summary": "x"}),
                ("unlink",),
                ("action_feedback",),
            ):
                self._deny(user, activity, method, *args)
            part = self.part.product_tmpl_id.with_user(user)
            self.assertFalse(part.activity_ids)
        self._call(self.clerk, "mail.activity", activity.ids, "action_feedback")
        self.assertFalse(activity.exists())
        notes = self.part.product_tmpl_id.with_user(self.employee).message_ids
        self.assertFalse([note for note in notes if "serial number" in (note.body or "")])


@tagged("post_install", "-at_install")
class TestWhoseUnits(SharedCase):
    """Which company has a unit, or had it last."""

    def _read(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT name, unit_company_id FROM stock_lot WHERE id = ANY(%s)",
            [(self.sold | self.held).ids],
        )
        return dict(self.env.cr.fetchall())

    def test_upgrading_finds_it_out(self):
        theirs = {"SOLD": self.other.id, "HELD": self.other.id}
        self.assertEqual(self._read(), theirs)
        self.env.cr.execute("UPDATE stock_lot SET unit_company_id = NULL")
        path = file_path("serialized_parts/migrations/19.0.1.1.0/post-unit_company.py")
        spec = spec_from_file_location("unit_company", path)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(self._read(), theirs)

    def test_where_it_stands_comes_before_when_it_moved(self):
        receipt = self._bring_in("SOLD", self.warehouse, self.clerk)
        receipt.move_line_ids.sudo().date = "2020-01-01"
        self.sold._update_documents()
        self.assertEqual(self._read()["SOLD"], self.env.company.id)
        self.assertEqual(self.sold.with_user(self.clerk).location_id, self.stock)

    def test_a_new_serial_number_is_its_receipts(self):
        for batch in (True, False):
            receipt = self._bring_in(
                f"NEW{batch}", self.warehouse, self.clerk, validate=False
            ).with_context(serialized_parts_use_quant_batch=batch)
            receipt.button_validate()
            lot = receipt.move_line_ids.lot_id
            self.assertEqual(lot.sudo().unit_company_id, self.env.company)

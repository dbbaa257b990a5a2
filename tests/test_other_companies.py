from odoo.exceptions import AccessError
from odoo.tests import tagged

from .shared_case import SharedCase


@tagged("post_install", "-at_install")
class TestOtherCompanies(SharedCase):
    """A unit that another company has, or had last, is neither read nor changed."""

    # ---------------------------------------------------------------------------------- read

    def test_it_is_in_no_list_and_no_group(self):
        domain = [("product_id", "=", self.part.id)]
        for user in (self.clerk, self.boss, self.buyer):
            with self.subTest(user=user.login):
                search = self._call(user, "stock.lot", None, "search_read", domain, ["name"])
                self.assertFalse(search)
                self.assertFalse(self._call(user, "stock.lot", None, "search_count", domain))
                for name in ("SOLD", "KEPT"):
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
        for serial in (self.sold, self.kept):
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

    def test_it_is_not_read_where_no_document_brought_it(self):
        """Old data and scripts have put units into bins, too."""
        serial = self.env["stock.lot"].create({"name": "OLD", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, self.there.lot_stock_id, lot_id=serial)
        self.assertFalse(serial.sudo().unit_company_id)
        for user in (self.clerk, self.boss):
            self._deny(user, serial, "read", ["name"])
        self.assertEqual(
            self._call(self.their_boss, "stock.lot", serial.ids, "read", ["name"])[0]["name"], "OLD"
        )

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

    def test_employees_see_none_even_of_their_own_company(self):
        self.employee.group_ids += self.env.ref("base.group_allow_export")
        self._deny(self.employee, self.sold, "export_data", ["name"])
        self.employee.company_ids += self.other
        self.employee.company_id = self.other
        # Not even when another document leads to it.
        with self.assertRaises(AccessError):
            self.sold.with_user(self.employee).mapped("name")
        for method, names in (("read", ["name"]), ("export_data", ["name"])):
            self._deny(self.employee, self.sold, method, names)

    def test_a_user_of_both_companies_sees_both(self):
        self._bring_in("MINE", self.warehouse, self.clerk)
        self.boss.company_ids += self.other
        both = (self.env.company | self.other).ids
        for companies, names in (
            (self.env.company.ids, {"MINE"}),
            (self.other.ids, {"SOLD", "KEPT"}),
            (both, {"MINE", "SOLD", "KEPT"}),
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

    # -------------------------------------------------------------------------------- change

    def test_it_is_not_changed(self):
        for serial in (self.sold, self.kept):
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

    def test_nobody_writes_which_company_has_it(self):
        self._bring_in("MINE", self.warehouse, self.clerk)
        mine = self._serials(self.part).filtered(lambda lot: lot.name == "MINE")
        self._deny(self.boss, mine, "write", {"unit_company_id": self.other.id})
        self._deny(self.boss, mine, "read", ["unit_company_id"])
        vals = {"name": "N", "product_id": self.part.id, "unit_company_id": self.other.id}
        with self.assertRaises(AccessError):
            self._call(self.boss, "stock.lot", None, "create", [vals])

    # -------------------------------------------------------------------------- the check-up

    def test_each_company_has_its_own_findings(self):
        self.mileage.required = True
        self.sold.serial_answers = {self.mileage.key: False}
        self.env["stock.lot"].create({"name": "kept", "product_id": self.part.id})
        self._put_in_stock(
            self.part,
            1,
            self.bin_a,
            lot_id=self._serials(self.part).filtered(lambda lot: lot.name == "kept"),
        )
        self._serials(self.part).filtered(lambda lot: lot.name == "kept")._update_documents()
        mine, theirs = self._find(self.boss), self._find(self.their_boss)
        self.assertEqual(mine.mapped("kind"), ["answers_missing"])
        self.assertEqual(mine.quantity, 1)
        self.assertEqual(theirs.mapped("kind"), ["answers_missing"] * 2)
        self.assertEqual(theirs.mapped("quantity"), [1, 1])

    def test_an_activity_is_seen_by_the_responsible_user(self):
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

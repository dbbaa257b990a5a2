from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.serial_checkup import KINDS_ON_SITE
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialCheckup(SerialCase):
    """Each finding is listed while it is there, and leads to what puts it right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    # ------------------------------------------------------------------------------ helpers

    def _rows(self, kind=None, user=None, product=None):
        """Return the rows of the part as the clerk, read anew."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("product_id", "=", (product or self.part).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["serial.checkup"].with_user(user or self.clerk).search(domain)

    def _read(self, rows):
        return [(row.location_id.name, row.lot_id.name, row.quantity, row.expected) for row in rows]

    def test_what_is_no_finding_is_told(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        row = self._rows("unserialized")
        for id_ in (0, -1, 5, row.id + 15, 2**31 * 16, 2**90, "x", 1.5, True):
            with (
                self.subTest(id=id_),
                self.assertRaisesRegex(UserError, "no such finding"),
            ):
                row.browse([id_]).action_open_remedy()

    def _open(self, row):
        """Return the records that the row's remedy shows, as the clerk."""
        action = row.action_open_remedy()
        records = self.env[action["res_model"]].with_user(self.clerk)
        if action.get("res_id"):
            return records.browse(action["res_id"])
        return records.with_context(**action.get("context", {})).search(action["domain"])

    def _name_units(self, text):
        """Receive serial numbers, as the clerk, and return them."""
        receipt = self._receipt(len(text.split(",")))
        receipt.enter_serials(text)
        self.assertTrue(receipt.button_validate())
        return self._serials(self.part)

    def _spoil(self, statement, *values):
        """Write what the addon and Odoo refuse to write, but other databases, scripts and older
        versions have left behind: it can't be made in another way."""
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def _allow_duplicates(self):
        self._spoil(
            "ALTER TABLE stock_lot DROP CONSTRAINT IF EXISTS stock_lot_serialized_parts_unique"
        )

    def _count(self, quant, quantity):
        """Count *quantity* units of *quant*, as the clerk does it in the opened list."""
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    # ------------------------------------------------------------------------- the findings

    def test_all_is_well(self):
        self._name_units("SN1@R1-1A,SN2@R1-1B")
        self._deliver(self.part, 1).button_validate()
        self.assertFalse(self._rows())

    def test_units_without_serial(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"unserialized"})
        self.assertEqual(sorted(self._read(rows)), [("R1-1A", False, 2, 0), ("R1-1B", False, 1, 0)])
        self.assertIn("R1-1A", rows.sorted("quantity")[-1].description)
        transfer = self._open(rows[0])
        transfer.enter_serials("SN1*3")
        transfer.button_validate()
        self.assertFalse(self._rows())

    def test_units_below_zero(self):
        self._put_in_stock(self.part, -2, self.bin_a)
        row = self._rows()
        self.assertEqual((row.kind, self._read(row)), ("below_zero", [("R1-1A", False, -2, 0)]))
        self._count(self._open(row), 0)
        self.assertFalse(self._rows())

    def test_units_are_those_that_the_part_counts(self):
        yard = self.env["stock.location"].create(
            [
                {"name": "On Its Way", "usage": "transit", "company_id": self.env.company.id},
                {"name": "Between", "usage": "transit", "company_id": False},
                {"name": "Gone", "usage": "customer"},
            ]
        )
        for quantity, place in enumerate([self.bin_a, self.bin_b, *yard], 1):
            self._put_in_stock(self.part, quantity, place)
        owner = self.env["res.partner"].create({"name": "Somebody"})
        self._put_in_stock(self.part, 1, self.bin_a, owner_id=owner)
        self._put_in_stock(self.part, -1, self.bin_c)
        plain = self._new_part("Bolt")
        self._put_in_stock(plain, 5, self.bin_a)
        self.assertFalse(self._rows(product=plain))
        part = self.part.with_user(self.clerk)
        self.assertEqual(
            sum(self._rows("unserialized").mapped("quantity")), part.unserialized_quantity
        )
        self.assertEqual(part.unserialized_quantity, 1 + 2 + 3 + 1)
        self.assertEqual(-sum(self._rows("below_zero").mapped("quantity")), part.missing_quantity)
        self.assertEqual(part.missing_quantity, 1)

    def test_units_on_their_way_lead_to_their_arrival(self):
        transit = self.env["stock.location"].create(
            {"name": "On Its Way", "usage": "transit", "company_id": self.env.company.id}
        )
        self._put_in_stock(self.part, 1, transit)
        arrival = self._move(self.part, 1, self.warehouse.in_type_id, transit, self.stock)
        self.assertIn("received", self._rows().description)
        self.assertEqual(self._open(self._rows()), arrival)

    def test_a_serial_in_two_places(self):
        first, second = self._name_units("SN1@R1-1A,SN2@R1-1B")
        self._spoil(
            "UPDATE stock_quant SET lot_id = %s WHERE lot_id = %s AND location_id = %s",
            *(first.id, second.id, self.bin_b.id),
        )
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"two_places"})
        self.assertEqual(sorted(self._read(rows)), [("R1-1A", "SN1", 2, 1), ("R1-1B", "SN1", 2, 1)])
        for name in ("R1-1A", "R1-1B"):
            self.assertIn(name, rows[0].description)
        quants = self._open(rows[0])
        self.assertEqual(quants.location_id, self.bin_a | self.bin_b)
        self._count(quants.filtered(lambda quant: quant.location_id == self.bin_b), 0)
        self.assertFalse(self._rows())

    def test_a_serial_that_is_not_one_unit(self):
        serials = self._name_units("SN1@R1-1A,SN2@R1-1B,SN3@R1-1C")
        quants = serials.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")
        for quant, units in zip(quants.sorted("id"), (2, -1, 0.5), strict=True):
            self._spoil("UPDATE stock_quant SET quantity = %s WHERE id = %s", units, quant.id)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"odd_quantity"})
        self.assertEqual(
            sorted(self._read(rows)),
            [("R1-1A", "SN1", 2, 1), ("R1-1B", "SN2", -1, 0), ("R1-1C", "SN3", 0.5, 1)],
        )
        for row in rows:
            self._count(self._open(row), row.expected)
        self.assertFalse(self._rows())

    def _book(self, quantity, serial, package=None, owner=None):
        """Book units in the first bin, as no document of Odoo's does."""
        self._spoil(
            """
            INSERT INTO stock_quant
                   (product_id, location_id, company_id, lot_id, package_id, owner_id, quantity,
                    reserved_quantity, in_date)
            VALUES (%s, %s, %s, %s, %s, %s, %s, 0, now())
            """,
            *(self.part.id, self.bin_a.id, self.env.company.id, (serial and serial.id) or None),
            *((package and package.id) or None, (owner and owner.id) or None, quantity),
        )

    def test_packages_and_owners_are_places_of_their_own(self):
        package = self.env["stock.package"].create({"name": "P1"})
        owner = self.env["res.partner"].create({"name": "Consignor"})
        serial = self._name_units("SN1@R1-1A")
        self._book(1, serial, package, owner)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"two_places"})
        self.assertEqual(self._read(rows), [("R1-1A", "SN1", 2, 1)] * 2)
        for row in rows:
            self.assertRegex(row.description, r"R1-1A.*R1-1A \(package P1, owner Consignor\)")
        self._count(self._open(rows[0]).filtered("owner_id"), 0)
        self.assertFalse(self._rows())

    def test_below_zero_in_another_package_is_seen(self):
        package = self.env["stock.package"].create({"name": "P1"})
        owner = self.env["res.partner"].create({"name": "Consignor"})
        serial = self._name_units("SN1@R1-1A")
        for there in ({"package": package}, {"owner": owner}):
            self._book(-1, serial, **there)
            row = self._rows()
            self.assertEqual(
                (row.kind, self._read(row)), ("odd_quantity", [("R1-1A", "SN1", -1, 0)])
            )
            self.assertIn(
                "package P1" if "package" in there else "owner Consignor", row.description
            )
            self._count(self._open(row).filtered(lambda quant: quant.quantity < 0), 0)
            self.assertFalse(self._rows())

    def test_units_without_serial_are_added_up_by_package_and_owner(self):
        package = self.env["stock.package"].create({"name": "P1"})
        owner = self.env["res.partner"].create({"name": "Consignor"})
        for quantity, there in (
            (2, {}),
            (-1, {}),
            (1, {"package": package}),
            (-1, {"owner": owner}),
        ):
            self._book(quantity, None, **there)
        rows = self._rows().sorted("id")
        self.assertEqual(
            sorted((row.kind, row.quantity) for row in rows),
            [("below_zero", -1), ("unserialized", 1), ("unserialized", 1)],
        )
        said = " ".join(rows.mapped("description"))
        for place in ("R1-1A:", "R1-1A (package P1)", "R1-1A (owner Consignor)"):
            self.assertIn(place, said)
        self._book(-1, None)
        self._book(-1, None, package)
        self._book(1, None, owner=owner)
        self.assertFalse(self._rows())

    def test_a_serial_in_stock_and_still_at_a_customer(self):
        first, second = self._name_units("SN1@R1-1A,SN2@R1-1B")
        customers = self.env.ref("stock.stock_location_customers")
        self._put_in_stock(self.part, 1, customers, lot_id=first)
        self._deliver(self.part, 1).button_validate()
        self.assertFalse(self._rows())
        self._put_in_stock(self.part, 1, customers, lot_id=second)
        row = self._rows()
        self.assertEqual((row.kind, self._read(row)), ("elsewhere", [("R1-1B", "SN2", 2, 1)]))
        self.assertIn("R1-1B", row.description)
        self.assertEqual(self._open(row).location_id, self.bin_b)
        with self.assertRaises(AccessError):
            row.with_user(self.employee).action_settle()
        row.action_settle()
        self.assertFalse(self._rows())
        self.assertEqual(second.location_id, self.bin_b)

    def test_lots_may_be_in_many_places(self):
        paint = self._new_part("Paint", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": paint.id})
        for place in (self.bin_a, self.bin_b):
            self._put_in_stock(paint, 5, place, lot_id=lot)
        self.assertFalse(self._rows(product=paint))

    def test_duplicates(self):
        first, second = self._name_units("SN1@R1-1A,SN2@R1-1B")
        self._allow_duplicates()
        self._spoil("UPDATE stock_lot SET name = 'SN1' WHERE id = %s", second.id)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"duplicate"})
        self.assertEqual(sorted(self._read(rows)), [("R1-1A", "SN1", 2, 1), ("R1-1B", "SN1", 2, 1)])
        self.assertEqual(self._open(rows[0]), first | second)
        second.with_user(self.clerk).name = "SN3"
        self.assertFalse(self._rows())

    def test_duplicates_of_companies(self):
        """Those that Odoo refuses are listed, and no others."""
        Company = self.env["res.company"]
        ours, theirs = Company.create([{"name": "Our Yard"}, {"name": "Their Yard"}])
        Serial, none = self.env["stock.lot"], Company.browse()
        self._allow_duplicates()
        cases = {
            "A": (ours, theirs),
            "B": (none, theirs),
            "C": (none, none),
            "D": (ours, ours, theirs),
        }
        for name, companies in cases.items():
            for number, company in enumerate(companies):
                serial = Serial.create(
                    {
                        "name": f"{name}{number}",
                        "product_id": self.part.id,
                        "company_id": company.id,
                    }
                )
                self._spoil("UPDATE stock_lot SET name = %s WHERE id = %s", name, serial.id)
        # All companies' rows, as the scheduled check reads them.
        rows = self.env["serial.checkup"].search([("product_id", "=", self.part.id)])
        self.assertEqual(
            sorted((row.lot_id.name, row.company_id.name or "", row.quantity) for row in rows),
            [
                ("B", "", 2),
                ("B", "Their Yard", 2),
                ("C", "", 2),
                ("C", "", 2),
                ("D", "Our Yard", 2),
                ("D", "Our Yard", 2),
            ],
        )

    def test_answers_missing(self):
        serials = self._name_units("SN1@R1-1A,SN2@R1-1B")
        mileage = self._new_question("Mileage", "integer", required=True)
        self._new_question("Colour")
        row = self._rows()
        self.assertEqual((row.kind, self._read(row)), ("answers_missing", [(False, False, 2, 0)]))
        opened = self._open(row)
        self.assertEqual(opened, serials)
        opened[0].serial_answers = {mileage.key: 0}
        self.assertEqual(self._rows().quantity, 1)
        # One that was sold has a row of its own, which leads to it alone.
        sold = self.env["stock.lot"].create({"name": "SN3", "product_id": self.part.id})
        self.assertEqual([self._open(row) for row in self._rows()], [serials[1], sold])
        sold.with_user(self.clerk).serial_answers = {mileage.key: 5}
        opened[1].serial_answers = {mileage.key: 5}
        self.assertFalse(self._rows())

    def test_answers_are_missing_where_the_serial_says_so(self):
        parent = self.env["product.category"].create({"name": "Engines"})
        child = self.env["product.category"].create({"name": "Diesel", "parent_id": parent.id})
        self._new_question("Note")
        keys = [
            self._new_question(name, kind, required=True, category_ids=[Command.set(types.ids)]).key
            for name, kind, types in (
                ("Mileage", "integer", parent),
                ("Runs", "boolean", child),
                ("Fuel", "char", child | parent),
            )
        ]
        parts = [
            self._new_part(name, uses_serial_numbers=True, categ_id=category.id)
            for name, category in (("A", parent), ("B", child), ("C", self.env["product.category"]))
        ]
        answers = [{}, {0: 0}, {0: 0, 2: ""}, {0: 0, 1: False, 2: "Diesel"}, {1: True, 2: "x"}]
        for part in parts:
            known = {question["name"] for question in part.part_type_id.serial_question_definition}
            self.env["stock.lot"].create(
                [
                    {
                        "name": f"S{number}",
                        "product_id": part.id,
                        "serial_answers": {
                            keys[key]: answer for key, answer in given.items() if keys[key] in known
                        },
                    }
                    for number, given in enumerate(answers)
                ]
            )
            # Never answered at all, as before the addon came.
            lot = self.env["stock.lot"].create({"name": "OLD", "product_id": part.id})
            self._spoil("UPDATE stock_lot SET serial_answers = NULL WHERE id = %s", lot.id)
            said = self._serials(part).with_user(self.clerk).filtered("answers_missing")
            self.assertEqual(sum(self._rows(product=part).mapped("quantity")), len(said))
            self.assertEqual(self._open(self._rows(product=part)[:1]) if said else said, said)
        self.assertEqual(
            [sum(self._rows(product=part).mapped("quantity")) for part in parts], [4, 5, 0]
        )

    def test_a_serialize_transfer_for_more_units_than_there_are(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        transfer = self._serialize(self.part)
        self.assertFalse(self._rows("stuck_transfer"))
        self._put_in_stock(self.part, -1, self.bin_a)
        row = self._rows("stuck_transfer")
        self.assertEqual((row.picking_id, row.quantity, row.expected), (transfer, 3, 2))
        self.assertEqual(self._open(row), transfer)
        transfer.action_open_serial_prompt()
        self.assertFalse(self._rows("stuck_transfer"))

    def test_a_serialize_transfer_that_nobody_finishes(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        transfer = self._serialize(self.part)
        receipt = self._receipt(1)
        for days, found in ((6, 0), (8, 1)):
            self._spoil(
                "UPDATE stock_picking SET create_date = now() - %s * interval '1 day'"
                " WHERE id IN %s",
                *(days, (transfer.id, receipt.id)),
            )
            self.assertEqual(len(self._rows("stuck_transfer")), found)
        row = self._rows("stuck_transfer")
        self.assertIn("7", row.description)
        self._open(row).action_cancel()
        self.assertFalse(self._rows("stuck_transfer"))

    def test_what_is_settled_meanwhile_is_said(self):
        self._put_in_stock(self.part, -1, self.bin_a)
        row = self._rows()
        quant = self.env["stock.quant"].search([("product_id", "=", self.part.id)])
        self._spoil("DELETE FROM stock_quant WHERE id = %s", quant.id)
        self.assertEqual(row.action_open_remedy()["tag"], "display_notification")

    # --------------------------------------------------------------------- who sees what

    def test_only_warehouse_users_see_it_and_nobody_writes(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        row = self._rows()
        for user in (self.employee, self.buyer):
            with self.assertRaises(AccessError):
                self._rows(user=user)
            with self.assertRaises(AccessError):
                row.with_user(user).action_open_remedy()
        with self.assertRaises(AccessError):
            row.with_user(self.boss).unlink()

    def test_companies_see_their_own(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        their_clerk = new_test_user(
            self.env,
            login="serial_other_clerk",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        serial = self._name_units("SN1@R1-1A")
        self._put_in_stock(self.part, 2, place)
        self._put_in_stock(self.part, 1, place, lot_id=serial)
        self._put_in_stock(self.part, 3, self.bin_a)
        ours, theirs = self._rows(), self._rows(user=their_clerk)
        self.assertEqual(
            sorted((row.kind, row.company_id, row.quantity) for row in ours),
            [("two_places", self.env.company, 2), ("unserialized", self.env.company, 3)],
        )
        self.assertEqual(
            sorted((row.kind, row.company_id, row.quantity) for row in theirs),
            [("two_places", other, 2), ("unserialized", other, 2)],
        )
        self.assertNotIn(place.display_name, " ".join(ours.mapped("description")))
        hidden = theirs.filtered(lambda row: row.kind == "unserialized")
        with self.assertRaises(AccessError):
            hidden.with_user(self.clerk).action_open_remedy()

    # ------------------------------------------------------------------------- many of them

    def _spread(self, units):
        """Give the part findings of each kind with places, *units* of each."""
        bins = self.env["stock.location"].create(
            [{"name": f"B{number:02}", "location_id": self.stock.id} for number in range(units)]
        )
        there = len(self._serials(self.part))
        serials = self.env["stock.lot"].create(
            [
                {"name": f"S{number:03}", "product_id": self.part.id}
                for number in range(there, there + units)
            ]
        )
        for place, serial in zip(bins, serials, strict=True):
            self._put_in_stock(self.part, 1, place)
            self._put_in_stock(self.part, 2, place, lot_id=serial)
            self._put_in_stock(self.part, 1, self.bin_c, lot_id=serial)

    def test_pages_and_order(self):
        self._spread(25)
        rows = self._rows()
        self.assertEqual(len(rows), 25 + 25 * 2 + 25)
        self.assertEqual(len(set(rows.ids)), len(rows))
        Checkup = rows.browse()
        domain = [("product_id", "=", self.part.id)]
        pages = [Checkup.search(domain, limit=40, offset=offset) for offset in (0, 40, 80)]
        self.assertEqual([page_row for page in pages for page_row in page.ids], rows.ids)
        for order in ("location_id, id", "quantity desc, id", "lot_id, id"):
            self.assertEqual(set(Checkup.search(domain, order=order)), set(rows))
        self.assertEqual(
            dict(Checkup._read_group(domain, ["kind"], ["__count"])),
            {"unserialized": 25, "two_places": 50, "odd_quantity": 25},
        )
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        exported = rows.export_data(["product_id/name", "kind", "lot_id/name", "description"])
        self.assertEqual(len(exported["datas"]), 100)
        self.assertTrue(all(row[3] for row in exported["datas"]))

    def test_queries_are_the_same_for_many(self):
        def count_queries(units):
            self._spread(units)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = Checkup.web_search_read([("product_id", "=", self.part.id)], columns, limit=200)
            self.assertGreaterEqual(rows["length"], units)
            return self.env.cr.sql_log_count - before

        Checkup = self.env["serial.checkup"].with_user(self.clerk)
        named = {"fields": {"display_name": {}}}
        columns = {"kind": {}, "description": {}, "product_id": named, "lot_id": named}
        count_queries(1)
        one, fifty = count_queries(1), count_queries(50)
        self.assertLess(fifty - one, 5, f"{one} queries for 1 row, {fifty} for 50")

    def test_the_indexes_are_there(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'stock_quant' AND indexname IN"
            " ('stock_quant_serial_places_index', 'stock_quant_serial_odd_index')"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 2)

    # ------------------------------------------------------------------------- the overview

    def test_the_overview_counts_what_is_to_look_at(self):
        second = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        types = (self.warehouse | second).serialize_type_id.with_user(self.clerk)
        before = types[0].serial_checkup_count
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._put_in_stock(self.part, 1, second.lot_stock_id)
        self.env.invalidate_all()
        self.assertEqual(types.mapped("serial_checkup_count"), [before + 2, 1])
        self.assertFalse(self.warehouse.in_type_id.with_user(self.clerk).serial_checkup_count)
        action = types[1].action_open_serial_checkup()
        self.assertEqual(action["context"]["search_default_warehouse_id"], second.id)
        rows = self._rows().filtered(lambda row: row.warehouse_id == second)
        self.assertEqual(rows.mapped("kind"), ["unserialized"])

    def test_the_filter_of_the_overview_has_the_same_rows(self):
        view = self.env["serial.checkup"].get_view(
            self.env.ref("serialized_parts.serial_checkup_view_search").id, "search"
        )
        kinds = set(self.env["serial.checkup"]._fields["kind"].get_values(self.env))
        at_a_desk = ("duplicate", "answers_missing", "similar", "elsewhere", "invalid_answers")
        self.assertIn(f"('kind', 'not in', {at_a_desk})", view["arch"])
        self.assertEqual(kinds - set(at_a_desk), set(KINDS_ON_SITE))

    # ------------------------------------------------------------------------- every day

    def _activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "product.template"),
                ("res_id", "=", self.part.product_tmpl_id.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("serialized_parts.mail_activity_type_checkup").id,
                ),
            ]
        )

    def _run(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["serial.checkup"]._update_activities()

    def test_the_scheduled_check(self):
        Serial, Checkup = self.registry["stock.lot"], self.registry["serial.checkup"]
        with (
            patch.object(Serial, "_guard_against_duplicates", create=True) as guard,
            patch.object(Checkup, "_update_activities") as update,
        ):
            self.env.ref("serialized_parts.ir_cron_serial_checkup").method_direct_trigger()
        guard.assert_called_once_with()
        update.assert_called_once_with()

    def test_one_activity_a_part_for_who_is_responsible(self):
        self.part.responsible_id = self.clerk
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, -1, self.bin_b)
        mails = self.env["mail.mail"].search_count([])
        self._run()
        activity = self._activities()
        self.assertEqual(activity.user_id, self.clerk)
        self.assertEqual(activity.summary, "1 unit without a serial number, 1 unit below zero")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self._run()
        self.assertEqual(self._activities(), activity)
        self._put_in_stock(self.part, 1, self.bin_c)
        self._run()
        self.assertEqual(self._activities(), activity)
        self.assertEqual(activity.summary, "2 units without a serial number, 1 unit below zero")
        self._spoil("DELETE FROM stock_quant WHERE product_id = %s", self.part.id)
        self._run()
        self.assertFalse(self._activities())

    def test_another_activity_of_the_part_stays(self):
        todo = self.part.product_tmpl_id.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id
        )
        self._run()
        self.assertTrue(todo.exists())

    def test_each_company_has_its_own_responsible(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        their_boss = new_test_user(
            self.env,
            login="serial_other_boss",
            groups="stock.group_stock_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        part = self.part.product_tmpl_id
        part.responsible_id = self.clerk
        # Who may not work with serial numbers can't be asked: the inventory manager is.
        part.with_company(other).responsible_id = self.employee.sudo().copy(
            {"login": "x", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 2, place)
        self._run()
        self.assertEqual(self._activities().user_id, self.clerk | their_boss)

    def test_a_run_adds_some_and_the_next_one_the_others(self):
        parts = [self._new_part(f"Part {number}", True) for number in range(3)]
        for part in parts:
            part.responsible_id = self.clerk
            self._put_in_stock(part, 1, self.bin_a)
        self._run()
        Activity = self.env["mail.activity"]
        mine = [("user_id", "=", self.clerk.id), ("summary", "=", "1 unit without a serial number")]
        Activity.search(mine).unlink()
        with patch("odoo.addons.serialized_parts.models.serial_checkup_activity.MOST_NEW_ACTIVITIES", 2):
            for there in (2, 3, 3):
                self._run()
                self.assertEqual(Activity.search_count(mine), there)

    def test_queries_of_a_run_are_the_same_for_many_parts(self):
        def count_queries(parts):
            for number in range(parts):
                self._put_in_stock(self._new_part(f"P{number}", True), 1, self.bin_a)
            self._run()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["serial.checkup"]._update_activities()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(1)
        one, thirty = count_queries(1), count_queries(30)
        self.assertLess(thirty - one, 5, f"{one} queries for 1 part, {thirty} for 30")

    # ------------------------------------------------------------------------- put right

    def _told(self):
        return self._activities().mapped("summary")

    def _tell_clerk(self):
        """Let the scheduled check tell the clerk; return what it says."""
        self.part.responsible_id = self.clerk
        self._run()
        return self._told()

    def test_units_are_counted_not_rows(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._put_in_stock(self.part, -2, self.bin_c)
        self.assertEqual(
            self._tell_clerk(), ["3 units without a serial number, 2 units below zero"]
        )

    def test_each_kind_is_said_for_one_and_for_many(self):
        Checkup = self.env["serial.checkup"]
        for kind in Checkup._fields["kind"].get_values(self.env):
            summarize = getattr(Checkup, f"_summarize_{kind}")
            one, many = summarize(1), summarize(3)
            self.assertRegex(one, r"\b1\b")
            self.assertRegex(many, r"\b3\b")
            self.assertNotEqual(one.replace("1", "3"), many)

    def test_serial_numbers_are_counted_not_their_places(self):
        first, second = self._name_units("SN1@R1-1A,SN2@R1-1B")
        for serial in (first, second):
            self._put_in_stock(self.part, 1, self.bin_c, lot_id=serial)
        self.assertEqual(self._tell_clerk(), ["2 serial numbers in several places"])
        quants = self.bin_c.quant_ids.with_user(self.clerk)
        self._count(quants.filtered(lambda quant: quant.lot_id == first), 0)
        self.assertEqual(self._told(), ["1 serial number in several places"])
        self._count(quants.filtered(lambda quant: quant.lot_id == second), 0)
        self.assertFalse(self._told())

    def test_the_activity_goes_with_the_last_unit_that_is_named(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._tell_clerk()
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.action_validate_serials()
        self.assertEqual(self._told(), ["2 units without a serial number"])
        rest = self._serialize(self.part)
        rest.enter_serials("SN2,SN3")
        rest.button_validate()
        self.assertFalse(self._told())

    def test_the_activity_goes_with_a_receipt_or_a_count(self):
        self._put_in_stock(self.part, -1, self.bin_a)
        self._tell_clerk()
        self._count(self._open(self._rows()), 0)
        self.assertFalse(self._told())

    def test_the_activity_goes_with_answers_and_names(self):
        first, second = self._name_units("SN1@R1-1A,SN2@R1-1B").with_user(self.clerk)
        mileage = self._new_question("Mileage", "integer", required=True)
        self.assertEqual(self._tell_clerk(), ["2 serial numbers with an open custom field"])
        first.serial_answers = {mileage.key: 1}
        self.assertEqual(self._told(), ["1 serial number with an open custom field"])
        second.serial_answers = {mileage.key: 1}
        self.assertFalse(self._told())
        self._allow_duplicates()
        self._spoil("UPDATE stock_lot SET name = 'SN1' WHERE id = %s", second.id)
        self.assertEqual(self._tell_clerk(), ["2 serial numbers with the name of another"])
        second.name = "SN3"
        self.assertFalse(self._told())

    def test_the_activity_goes_with_a_serial_number_that_is_deleted(self):
        serial = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        self._new_question("Mileage", "integer", required=True)
        self._tell_clerk()
        serial.with_user(self.boss).unlink()
        self.assertFalse(self._told())

    def test_the_activity_goes_with_a_stuck_transfer(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        transfer = self._serialize(self.part)
        self._put_in_stock(self.part, -1, self.bin_a)
        self.assertEqual(self._tell_clerk(), ["1 Serialize transfer to finish"])
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, -2, self.bin_a)
        transfer.action_cancel()
        self.assertFalse(self._told())

    def test_the_activity_goes_with_a_transfer_that_is_brought_up_to_date(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        self._put_in_stock(self.part, -1, self.bin_a)
        self.assertIn("transfer", self._tell_clerk()[0])
        transfer.action_open_serial_prompt()
        self.assertEqual(self._told(), ["1 unit without a serial number"])

    def test_the_activity_goes_with_a_done_line_that_is_edited(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@R1-1A")
        receipt.button_validate()
        serial = self._serials(self.part)
        self._spoil(
            "UPDATE stock_quant SET quantity = 2 WHERE lot_id = %s AND quantity = 1", serial.id
        )
        self.assertEqual(self._tell_clerk(), ["1 serial number that is not one unit"])
        receipt.move_line_ids.with_user(self.boss).quantity = 0
        self.assertFalse(self._told())

    def test_the_activity_goes_when_the_part_uses_no_serial_numbers(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tell_clerk()
        self.part.product_tmpl_id.with_user(self.boss).uses_serial_numbers = False
        self.assertFalse(self._told())

    def test_only_parts_with_an_activity_are_looked_at(self):
        transfer = self._receipt(1)
        transfer.enter_serials("SN1")
        Checkup = self.registry["serial.checkup"]
        with patch.object(Checkup, "_count_findings") as count:
            transfer.button_validate()
            self._serials(self.part).with_user(self.clerk).name = "SN2"
        count.assert_not_called()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.part.product_tmpl_id.with_user(self.clerk)._refresh_checkup()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 1)

    def test_an_activity_that_somebody_else_changes_is_left_to_the_scheduled_check(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tell_clerk()
        cron = self.env.ref("serialized_parts.ir_cron_serial_checkup")
        asked = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        with patch.object(self.registry["serial.checkup"], "_lock_activities", return_value=set()):
            transfer.button_validate()
        self.assertEqual(self._told(), ["1 unit without a serial number"])
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(triggers, asked)
        self._run()
        self.assertFalse(self._told())

    def test_an_activity_changed_meanwhile_is_not_waited_for(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tell_clerk()
        activities, Checkup = self._activities(), self.env["serial.checkup"]
        self.assertEqual(Checkup._lock_activities(activities), set(activities.ids))
        execute = type(self.env.cr).execute

        def refuse(cursor, query, *args, **kwargs):
            if "FOR UPDATE SKIP LOCKED" in str(query):
                raise SerializationFailure
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", refuse):
            self.assertEqual(Checkup._lock_activities(activities), set())
        self.assertEqual(self._told(), ["1 unit without a serial number"])

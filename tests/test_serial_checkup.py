from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .checkup_case import CheckupCase


@tagged("post_install", "-at_install")
class TestSerialCheckup(CheckupCase):
    """Each finding is listed while it is there, and leads to what puts it right."""

    # ------------------------------------------------------------------------------- helpers

    def test_only_findings_have_a_remedy(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        row = self._rows("unserialized")
        for id_ in (0, -1, 5, row.id + 15, 2**31 * 16, 2**90, "x", 1.5, True):
            with (
                self.subTest(id=id_),
                self.assertRaisesRegex(UserError, "no longer exists"),
            ):
                row.browse([id_]).action_open_remedy()

    # -------------------------------------------------------------------------- the findings

    def test_all_is_well(self):
        self._name_units("SN1@Y1-1A,SN2@Y1-1B")
        self._deliver(self.part, 1).button_validate()
        self.assertFalse(self._rows())

    def test_unserialized_units(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"unserialized"})
        self.assertEqual(sorted(self._read(rows)), [("Y1-1A", False, 2, 0), ("Y1-1B", False, 1, 0)])
        self.assertIn("Y1-1A", rows.sorted("quantity")[-1].description)
        transfer = self._open(rows[0])
        transfer.enter_serials("SN1*3")
        transfer.button_validate()
        self.assertFalse(self._rows())

    def test_negative_units(self):
        self._put_in_stock(self.part, -2, self.bin_a)
        row = self._rows()
        self.assertEqual((row.kind, self._read(row)), ("below_zero", [("Y1-1A", False, -2, 0)]))
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
        for quantity, location in enumerate([self.bin_a, self.bin_b, *yard], 1):
            self._put_in_stock(self.part, quantity, location)
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

    def test_a_serial_in_two_positions(self):
        first, second = self._name_units("SN1@Y1-1A,SN2@Y1-1B")
        self._spoil(
            "UPDATE stock_quant SET lot_id = %s WHERE lot_id = %s AND location_id = %s",
            *(first.id, second.id, self.bin_b.id),
        )
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"several_positions"})
        self.assertEqual(sorted(self._read(rows)), [("Y1-1A", "SN1", 2, 1), ("Y1-1B", "SN1", 2, 1)])
        for name in ("Y1-1A", "Y1-1B"):
            self.assertIn(name, rows[0].description)
        quants = self._open(rows[0])
        self.assertEqual(quants.location_id, self.bin_a | self.bin_b)
        self._count(quants.filtered(lambda quant: quant.location_id == self.bin_b), 0)
        self.assertFalse(self._rows())

    def test_a_serial_that_is_not_one_unit(self):
        serials = self._name_units("SN1@Y1-1A,SN2@Y1-1B,SN3@Y1-1C")
        quants = serials.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")
        for quant, units in zip(quants.sorted("id"), (2, -1, 0.5), strict=True):
            self._spoil("UPDATE stock_quant SET quantity = %s WHERE id = %s", units, quant.id)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"odd_quantity"})
        self.assertEqual(
            sorted(self._read(rows)),
            [("Y1-1A", "SN1", 2, 1), ("Y1-1B", "SN2", -1, 0), ("Y1-1C", "SN3", 0.5, 1)],
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

    def test_packages_and_owners_are_positions_of_their_own(self):
        package = self.env["stock.package"].create({"name": "P1"})
        owner = self.env["res.partner"].create({"name": "Consignor"})
        serial = self._name_units("SN1@Y1-1A")
        self._book(1, serial, package, owner)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"several_positions"})
        self.assertEqual(self._read(rows), [("Y1-1A", "SN1", 2, 1)] * 2)
        for row in rows:
            self.assertRegex(row.description, r"Y1-1A.*Y1-1A \(package P1, owner Consignor\)")
        self._count(self._open(rows[0]).filtered("owner_id"), 0)
        self.assertFalse(self._rows())

    def test_negative_units_in_another_package_are_seen(self):
        package = self.env["stock.package"].create({"name": "P1"})
        owner = self.env["res.partner"].create({"name": "Consignor"})
        serial = self._name_units("SN1@Y1-1A")
        for there in ({"package": package}, {"owner": owner}):
            self._book(-1, serial, **there)
            row = self._rows()
            self.assertEqual(
                (row.kind, self._read(row)), ("odd_quantity", [("Y1-1A", "SN1", -1, 0)])
            )
            self.assertIn(
                "package P1" if "package" in there else "owner Consignor", row.description
            )
            self._count(self._open(row).filtered(lambda quant: quant.quantity < 0), 0)
            self.assertFalse(self._rows())

    def test_unserialized_units_are_added_up_by_package_and_owner(self):
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
        texts = " ".join(rows.mapped("description"))
        for location in ("Y1-1A:", "Y1-1A (package P1)", "Y1-1A (owner Consignor)"):
            self.assertIn(location, texts)
        self._book(-1, None)
        self._book(-1, None, package)
        self._book(1, None, owner=owner)
        self.assertFalse(self._rows())

    def test_a_serial_in_stock_and_still_at_a_customer(self):
        first, second = self._name_units("SN1@Y1-1A,SN2@Y1-1B")
        customers = self.env.ref("stock.stock_location_customers")
        self._put_in_stock(self.part, 1, customers, lot_id=first)
        self._deliver(self.part, 1).button_validate()
        self.assertFalse(self._rows())
        self._put_in_stock(self.part, 1, customers, lot_id=second)
        row = self._rows()
        self.assertEqual((row.kind, self._read(row)), ("elsewhere", [("Y1-1B", "SN2", 2, 1)]))
        self.assertIn("Y1-1B", row.description)
        self.assertEqual(self._open(row).location_id, self.bin_b)
        with self.assertRaises(AccessError):
            row.with_user(self.employee).action_settle()
        row.action_settle()
        self.assertFalse(self._rows())
        self.assertEqual(second.location_id, self.bin_b)

    def test_lots_may_be_in_many_positions(self):
        paint = self._new_part("Paint", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": paint.id})
        for location in (self.bin_a, self.bin_b):
            self._put_in_stock(paint, 5, location, lot_id=lot)
        self.assertFalse(self._rows(product=paint))

    def test_duplicates(self):
        first, second = self._name_units("SN1@Y1-1A,SN2@Y1-1B")
        self._allow_duplicates()
        self._spoil("UPDATE stock_lot SET name = 'SN1' WHERE id = %s", second.id)
        rows = self._rows()
        self.assertEqual(set(rows.mapped("kind")), {"duplicate"})
        self.assertEqual(sorted(self._read(rows)), [("Y1-1A", "SN1", 2, 1), ("Y1-1B", "SN1", 2, 1)])
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
        serials = self._name_units("SN1@Y1-1A,SN2@Y1-1B")
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

    def test_answers_are_missing_where_the_serial_shows_so(self):
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
            open_serials = self._serials(part).with_user(self.clerk).filtered("answers_missing")
            rows = self._rows(product=part)
            self.assertEqual(sum(rows.mapped("quantity")), len(open_serials))
            self.assertEqual(self._open(rows[:1]) if rows else open_serials, open_serials)
        units = [sum(self._rows(product=part).mapped("quantity")) for part in parts]
        self.assertEqual(units, [4, 5, 0])

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

    def test_what_is_settled_meanwhile_is_explained(self):
        self._put_in_stock(self.part, -1, self.bin_a)
        row = self._rows()
        quant = self.env["stock.quant"].search([("product_id", "=", self.part.id)])
        self._spoil("DELETE FROM stock_quant WHERE id = %s", quant.id)
        self.assertEqual(row.action_open_remedy()["tag"], "display_notification")

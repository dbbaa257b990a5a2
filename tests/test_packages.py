from odoo import Command
from odoo.tests import Form, tagged

from .common import SerialCase

SSCC, OTHER, THIRD = "095011015300000010", "106141411234567897", "340123450000000000"
GTIN = "09501101530003"


@tagged("post_install", "-at_install")
class TestPackages(SerialCase):
    """The SSCC of a package in the entry box: units go into it until a bin is scanned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.packages = cls.env.ref("stock.group_tracking_lot")
        cls.clerk.group_ids += cls.packages

    def _scan(self, picking, *texts):
        """Enter *texts* one by one, as the prompt does; return the statuses."""
        statuses = []
        for text in texts:
            part, location = picking.serial_entry_product_id.id, picking.serial_entry_location_id.id
            outcome = picking.enter_in_prompt(text, part, location)
            statuses += [row["status"] for row in outcome["entries"]]
        return statuses

    def _find(self, name=SSCC):
        return self.env["stock.package"].search([("name", "=", name)])

    def _new_package(self, location=None, name=SSCC, **values):
        """Return a package, with a unit of another part in *location*, if any."""
        package = self.env["stock.package"].create({"name": name})
        if location:
            bolt = self._new_part("Bolt")
            self._put_in_stock(bolt, 1, location, package_id=package)
        return package

    def _packed(self, picking):
        """Return ``{serial number: (package, bin)}`` of *picking*."""
        lines = picking.move_line_ids.filtered("lot_name")
        return {
            line.lot_name: (line.result_package_id.name, line.location_dest_id) for line in lines
        }

    def _message(self, picking, text, **values):
        """Return the message of *text*, which is refused."""
        [row] = picking.enter_serials(text, **values)["entries"]
        self.assertEqual(row["status"], "invalid")
        return row["message"]

    # -------------------------------------------------------------------------------- receipts

    def test_units_go_into_the_package_until_a_bin_is_scanned(self):
        receipt = self._receipt(5)
        statuses = self._scan(receipt, "Y1-1A", f"00{SSCC}", "SN1", "SN2")
        self.assertEqual(statuses, ["location", "package", "assigned", "assigned"])
        self.assertEqual(receipt.serial_entry_package, SSCC)
        self._scan(receipt, f"(00){OTHER}", "SN3", "Y1-1B", "SN4")
        self.assertFalse(receipt.serial_entry_package)
        self._scan(receipt, f"https://x.example/00/{THIRD}", "SN5")
        self.assertEqual(
            self._packed(receipt),
            {
                "SN1": (SSCC, self.bin_a),
                "SN2": (SSCC, self.bin_a),
                "SN3": (OTHER, self.bin_a),
                "SN4": (False, self.bin_b),
                "SN5": (THIRD, self.bin_b),
            },
        )
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        quants = self._find().quant_ids
        self.assertEqual(set(quants.lot_id.mapped("name")), {"SN1", "SN2"})
        self.assertEqual(quants.location_id, self.bin_a)
        self.assertEqual(self._find(THIRD).location_id, self.bin_b)
        self.assertFalse(self._serial("SN4").quant_ids.package_id)

    def test_a_package_lasts_within_one_call(self):
        receipt = self._receipt(4)
        outcome = receipt.enter_serials(f"00{SSCC}\nSN1*2\nY1-1A\nSN3")
        self.assertEqual(outcome["package"], False)
        self.assertEqual(receipt.enter_serials(f"00{OTHER}")["package"], OTHER)
        receipt.enter_serials("SN4")
        self.assertEqual(
            self._packed(receipt),
            {
                **dict.fromkeys(("SN1", "SN2"), (SSCC, self.stock)),
                "SN3": (False, self.bin_a),
                "SN4": (False, self.stock),
            },
        )

    def test_a_package_is_created_with_its_first_unit_and_once(self):
        receipt = self._receipt(3)
        receipt.preview_serials(f"00{SSCC}\nSN1")
        self._scan(receipt, f"00{SSCC}")
        receipt.preview_serials("SN1\nSN2")
        self.assertFalse(self._find())
        self.assertFalse(receipt.move_line_ids.result_package_id)
        self._scan(receipt, "SN1", "SN2", f"00{SSCC}", "SN3")
        self.assertEqual(receipt.move_line_ids.result_package_id, self._find())
        self.assertEqual(len(self._find()), 1)

    def test_a_package_that_is_there_brings_its_bin(self):
        package = self._new_package(self.bin_b)
        receipt = self._receipt(2)
        [row] = receipt.enter_in_prompt(f"00{SSCC}")["entries"]
        self.assertIn(self.bin_b.display_name, row["message"])
        self._scan(receipt, "SN1")
        self.assertEqual(self._packed(receipt), {"SN1": (SSCC, self.bin_b)})
        self.assertEqual(receipt.move_line_ids.filtered("lot_name").result_package_id, package)
        self._scan(receipt, "Y1-1B", f"00{SSCC}", "SN2@Y1-1B")
        receipt.button_validate()
        self.assertEqual(package.location_id, self.bin_b)
        self.assertEqual(len(package.quant_ids), 3)

    def test_a_unit_for_another_bin_is_refused(self):
        receipt = self._receipt(4)
        self.assertEqual(
            self._scan(receipt, f"00{SSCC}", "SN1@Y1-1A", "SN2@Y1-1B", "SN3", "SN4@Y1-1A"),
            ["package", "assigned", "invalid", "assigned", "assigned"],
        )
        [kept] = receipt.serial_entry_refused
        self.assertEqual(kept["text"], "SN2@Y1-1B")
        self.assertIn("can't be in two bins", kept["message"])
        # Neither by a bin that was scanned before.
        self.assertEqual(
            self._scan(receipt, "Y1-1B", f"00{SSCC}", "SN2"), ["location", "invalid", "assigned"]
        )
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._find().location_id, self.bin_a)

    def test_a_package_elsewhere_is_refused(self):
        self._new_package(self.customer)
        message = self._message(self._receipt(1), f"00{SSCC}")
        self.assertIn(self.customer.display_name, message)

    def test_of_several_packages_the_one_that_can_be_used_is(self):
        self._new_package(self.customer)
        package = self._new_package(self.bin_a)
        receipt = self._receipt(1)
        receipt.enter_serials(f"00{SSCC}\nSN1")
        self.assertEqual(receipt.move_line_ids.result_package_id, package)

    def test_another_transfer_that_brings_a_package_counts(self):
        self._scan(self._receipt(1), f"00{SSCC}", "SN1@Y1-1A")
        receipt = self._receipt(1)
        self.assertIn("two bins", self._message(receipt, f"00{SSCC}", location_id=self.bin_b.id))
        self._scan(receipt, f"00{SSCC}", "SN2")
        self.assertEqual(self._packed(receipt), {"SN2": (SSCC, self.bin_a)})

    def test_a_unit_that_leaves_its_bin_leaves_its_package(self):
        receipt = self._receipt(2)
        self._scan(receipt, "Y1-1A", f"00{SSCC}", "SN1", "SN2")
        receipt.move_line_ids.filtered(lambda line: line.lot_name == "SN2").lot_name = False
        self._scan(receipt, "Y1-1B", "SN3")
        self.assertEqual(
            self._packed(receipt), {"SN1": (SSCC, self.bin_a), "SN3": (False, self.bin_b)}
        )
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_units_packed_by_hand_stay_packed(self):
        receipt = self._receipt(2)
        package = self._new_package()
        receipt.move_line_ids.result_package_id = package
        self._scan(receipt, "Y1-1A", "SN1", "SN2")
        self.assertEqual(receipt.move_line_ids.result_package_id, package)

    def test_a_code_with_its_package(self):
        self.part.barcode = GTIN
        receipt = self._receipt(2)
        item = f"]C100{SSCC}01{GTIN}21"
        self.assertEqual(self._scan(receipt, f"{item}SN1", "SN2"), ["assigned", "assigned"])
        self.assertEqual(self._packed(receipt), dict.fromkeys(("SN1", "SN2"), (SSCC, self.stock)))

    def test_a_question_keeps_its_package(self):
        receipt = self._receipt(2)
        self._scan(receipt, f"00{SSCC}", "S/N: SN1", "Y1-1A", "SN2")
        receipt.answer_similar(receipt.serial_entry_refused[0]["text"])
        self.assertEqual(
            self._packed(receipt), {"SN1": (SSCC, self.stock), "SN2": (False, self.bin_a)}
        )

    def test_another_bin_in_the_prompt_ends_the_package(self):
        receipt = self._receipt(1)
        self._scan(receipt, "Y1-1A", f"00{SSCC}")
        view = "serialized_parts.stock_picking_view_form_serials"
        with Form(receipt, view) as form:
            self.assertEqual(form.serial_entry_package, SSCC)
            form.serial_entry_location_id = self.bin_b
            self.assertFalse(form.serial_entry_package)
        # A client that names another bin than the prompt's means no package either.
        self._scan(receipt, f"00{SSCC}")
        receipt.enter_in_prompt("SN1", location_id=self.bin_a.id)
        self.assertEqual(self._packed(receipt), {"SN1": (False, self.bin_a)})

    def test_packages_that_are_off(self):
        receipt = self._receipt(1)
        self._scan(receipt, f"00{SSCC}")
        self.clerk.group_ids -= self.packages
        self.assertIn("Packages are off", self._message(receipt, f"00{OTHER}"))
        self._scan(receipt, "SN1")
        self.assertEqual(self._packed(receipt), {"SN1": (False, self.stock)})
        self.assertFalse(self._find() | self._find(OTHER))

    def test_another_companys_package(self):
        company = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        theirs = self._new_package(warehouse.lot_stock_id)
        self.assertEqual(theirs.company_id, company)
        # Somebody who works for both companies sees it.
        self.clerk.company_ids += company
        both = (self.env.company | company).ids
        receipt = self._receipt(1).with_context(allowed_company_ids=both)
        self.assertTrue(theirs.with_env(receipt.env).has_access("read"))
        receipt.enter_serials(f"00{SSCC}\nSN1@Y1-1A")
        package = receipt.move_line_ids.result_package_id
        self.assertEqual((package.name, package == theirs), (SSCC, False))
        receipt.button_validate()
        self.assertEqual(package.company_id, self.env.company)

    # -------------------------------------------------------------------- deliveries and stock

    def test_on_a_delivery_the_units_are_scanned(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        delivery = self._deliver(self.part, 1)
        self.assertIn("scan the units in it", self._message(delivery, f"00{SSCC}"))

    def test_units_in_stock_are_those_in_the_package(self):
        package = self._new_package()
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._put_in_stock(self.part, 2, self.bin_b, package_id=package)
        transfer = self._serialize(self.part)
        self.assertIn("no unit", self._message(transfer, f"00{OTHER}"))
        self.assertEqual(self._scan(transfer, f"00{SSCC}", "SN1"), ["package", "assigned"])
        self.assertEqual(transfer.serial_entry_location_id, self.bin_b)
        self._scan(transfer, "SN2", "Y1-1A", "SN3", "Y1-1B", "SN4")
        self.assertIn("no unit", self._message(transfer, f"00{SSCC}"))
        transfer.button_validate()
        self.assertEqual(set(package.quant_ids.lot_id.mapped("name")), {"SN1", "SN2"})
        self.assertEqual(self._serial("SN4").location_id, self.bin_b)

    # ---------------------------------------------------------------------------------- queries

    def test_queries_do_not_grow_with_units_or_packages(self):
        def sscc(number):
            digits = f"0{number:016}"
            total = sum(
                int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(digits[::-1])
            )
            return f"00{digits}{-total % 10}"

        def count_queries(units):
            receipt = self._receipt(units)
            text = "\n".join(
                f"{sscc(1000 * units + number % 3)}\nQ{units}-{number}" for number in range(units)
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials(text)
            self.env.flush_all()
            self.assertTrue(all(line.result_package_id for line in receipt.move_line_ids))
            return self.env.cr.sql_log_count - before

        count_queries(3)
        self.assertLessEqual(count_queries(50) - count_queries(3), 3)

    def test_a_list_of_packages_and_parts(self):
        engine = self._new_part("Engine", True, barcode="ENG-1")
        order = self._purchase(1)
        order.order_line = [Command.create({"product_id": engine.id, "product_qty": 1})]
        receipt = self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.ids)
        self._scan(receipt, f"00{SSCC}", "ALT-1", "SN1", "ENG-1", "SN2")
        self.assertEqual(self._packed(receipt), dict.fromkeys(("SN1", "SN2"), (SSCC, self.stock)))

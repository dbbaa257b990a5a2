from odoo.tests import Form, tagged

from .unbuild_case import UnbuildCase


@tagged("post_install", "-at_install")
class TestUnbuildScan(UnbuildCase):
    """What is scanned on an unbuild order is read as everywhere; what can't be used is explained."""

    def assertRefused(self, text, message):
        [row] = self._refused(text)
        self.assertEqual(row["text"], text)
        self.assertIn(message, row["message"])

    def test_a_number_that_looks_the_same_is_asked_about(self):
        self._manufacture("CAR-O1")
        [row] = self._refused("car-01")
        self.assertEqual(row["similar"], "CAR-O1")
        form = self._form()
        form.serial_scan = "car-01"
        form.serial_scan = "car-01"
        [row] = form.serial_refused
        self.assertNotIn("similar", row)
        self.assertIn("is not known", row["message"])

    def test_codes_of_gs1(self):
        self.car.barcode = "09506000134352"
        production = self._manufacture("CAR1")
        self.assertEqual(self._scan("(01)09506000134352(21)CAR1").mo_id, production)
        self.part.barcode = "04012345678901"
        self.assertRefused("(01)04012345678901(21)CAR1", "is not known")

    def test_our_own_label(self):
        production = self._manufacture("CAR1")
        address = self._find("CAR1").serial_url
        self.assertEqual(self._scan(address).mo_id, production)

    def test_a_label_with_words(self):
        production = self._manufacture("CAR1")
        [row] = self._refused("S/N: CAR1")
        self.assertEqual(row["similar"], "CAR1")
        self.assertEqual(self._scan(row["similar"]).mo_id, production)

    def test_signs_that_the_scanner_adds(self):
        self._manufacture("CAR1")
        [row] = self._refused("~CAR1")
        self.assertEqual(row["similar"], "CAR1")

    def test_a_range(self):
        for number in (1, 2, 3):
            self._manufacture(f"CAR{number}")
        order = self._scan("CAR1..CAR3")
        self.assertEqual(order.further_unit_ids.mapped("name"), ["CAR2", "CAR3"])
        [row] = self._refused("CAR1-CAR3")
        self.assertEqual(row["similar"], "CAR1..CAR3")
        form = self._form()
        form.serial_scan = "CAR3..CAR4"
        self.assertEqual([row["text"] for row in form.serial_refused], ["CAR4"])

    def test_what_is_not_known(self):
        self.assertRefused("CAR1", "only a unit in stock can be taken apart")
        self.assertRefused("CAR1@Y1-1A", "without a bin")
        self.assertRefused("=CAR1", "formula")

    def test_a_unit_that_was_sold(self):
        self._manufacture("CAR1")
        self._sell("CAR1")
        self.assertRefused("CAR1", "is not in stock: Delivered. If it came back")

    def test_a_unit_that_was_taken_apart(self):
        self._manufacture("CAR1")
        order = self._scan("CAR1")
        order.action_validate()
        self.assertRefused("CAR1", f"is not in stock: Consumed in {order.name}")

    def test_a_unit_that_is_reserved(self):
        self._manufacture("CAR1")
        delivery = self._deliver(self.car, 1)
        self.assertRefused("CAR1", f"Reserved for {delivery.name}. Let that document")

    def test_a_unit_that_was_not_built_here(self):
        self._receive_named("CAR1", product=self.car)
        self.assertRefused("CAR1", "has no bill of materials")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.car.product_tmpl_id.id,
                "bom_line_ids": [(0, 0, {"product_id": self.part.id, "product_qty": 1})],
            }
        )
        self.assertRefused("CAR1", "nobody knows which of them are in it")

    def test_a_unit_of_another_manufacturing_order(self):
        first, _second = self._manufacture("CAR1"), self._manufacture("CAR2")
        form = self._form()
        form.mo_id = first
        form.serial_scan = "CAR2"
        self.assertIn(f"was not built by {first.name}", form.serial_refused[0]["message"])
        form.serial_scan = "CAR1"
        self.assertEqual(form.lot_id.name, "CAR1")

    def test_a_number_that_several_parts_have(self):
        bike = self._new_part("Bike", True)
        self._manufacture("CAR1")
        self._receive_named("CAR1", product=bike)
        self.assertRefused("CAR1", "is a serial number of Car and Bike. Choose the product")
        form = self._form()
        form.product_id = self.car
        form.serial_scan = "CAR1"
        self.assertEqual(form.lot_id.product_id, self.car)

    def test_a_unit_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        values = {"name": "CAR1", "product_id": self.car.id, "company_id": other.id}
        self.env["stock.lot"].create(values)
        self.assertRefused("CAR1", "is not known")

    def test_a_unit_in_another_companys_stock(self):
        self._manufacture("CAR1")
        other = self.env["res.company"].create({"name": "Other"})
        self.planner.company_ids |= other
        form = Form(
            self.env["mrp.unbuild"]
            .with_user(self.planner)
            .with_context(allowed_company_ids=[other.id, self.env.company.id])
        )
        form.serial_scan = "CAR1"
        self.assertIn("take it apart there", form.serial_refused[0]["message"])

    def test_nothing_is_scanned_twice(self):
        self._manufacture("CAR1")
        order = self._scan("CAR1", "CAR1", "  ")
        self.assertFalse(order.further_unit_ids)
        with Form(order) as form:
            form.serial_scan = "CAR1"
        self.assertFalse(order.further_unit_ids)
        self.assertFalse(order.serial_refused)

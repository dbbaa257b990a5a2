from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestMultiCompany(SerialCase):
    """Two companies share a part, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.other_warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)])
        cls.other_clerk = new_test_user(
            cls.env,
            login="serial_other_clerk",
            groups="stock.group_stock_user",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def _receive_elsewhere(self, text):
        receipt = (
            self.env["stock.picking"]
            .with_user(self.other_clerk)
            .create(
                {
                    "picking_type_id": self.other_warehouse.in_type_id.id,
                    "move_ids": [(0, 0, {"product_id": self.part.id, "product_uom_qty": 1})],
                }
            )
        )
        receipt.action_confirm()
        receipt.enter_serials(text)
        receipt.button_validate()
        return receipt

    def test_each_company_has_its_own_source_and_used_on(self):
        receipt = self._receive_elsewhere("SN1")
        serial = self._serials(self.part)
        self.assertEqual(serial.with_user(self.other_clerk).source, receipt.name)
        # On its way to this company, it has no document here.
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        out = self._move(
            self.part,
            1,
            self.other_warehouse.out_type_id,
            self.other_warehouse.lot_stock_id,
            transit,
            user=self.other_clerk,
        )
        out.action_assign()
        self.assertTrue(out.button_validate())
        mine = serial.with_user(self.clerk)
        self.assertFalse(mine.source or mine.used_on)
        self.assertFalse(mine.search([("source", "=", receipt.name)]))
        action = mine.action_open_source()
        self.assertNotIn(receipt.name, action["params"]["message"])

    def test_they_can_be_grouped_and_searched(self):
        receipt = self._receive_elsewhere("SN1")
        Serial = self.env["stock.lot"].with_user(self.other_clerk)
        domain = [("product_id", "=", self.part.id)]
        self.assertEqual(Serial._read_group(domain, ["source"], ["__count"]), [(receipt.name, 1)])
        self.assertEqual(len(Serial.search([("source", "ilike", receipt.name[:5]), *domain])), 1)

    def test_no_message_names_another_companys_location(self):
        self._receive_elsewhere("SN1")
        outcome = self._receipt(1).enter_serials("SN1")
        [entry] = outcome["entries"]
        self.assertEqual(entry["status"], "in_stock")
        self.assertNotIn(self.other_warehouse.code, entry["message"])

    def test_units_of_another_company_are_not_counted_or_serialized(self):
        self._put_in_stock(self.part, 2, self.other_warehouse.lot_stock_id)
        mine, theirs = (self.part.with_user(user) for user in (self.clerk, self.other_clerk))
        self.assertEqual((mine.unserialized_quantity, theirs.unserialized_quantity), (0, 2))
        with self.assertRaisesRegex(UserError, "every unit"):
            mine.action_assign_serials()
        action = theirs.action_assign_serials()
        transfer = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(transfer.company_id, self.other)
        with self.assertRaises(AccessError):
            transfer.with_user(self.clerk).enter_serials("SN1")

    def test_a_serial_in_another_companys_bin_is_not_listed(self):
        self._receive_elsewhere("SN1")
        self.assertEqual(self.part.with_user(self.other_clerk).serial_ids.name, "SN1")
        self.env.invalidate_all()
        self.assertFalse(self.part.with_user(self.clerk).serial_ids)
        self.assertFalse(self.part.product_tmpl_id.with_user(self.clerk).serial_ids)

    def test_a_serial_in_another_companys_bin_is_hidden_everywhere(self):
        self._receive_elsewhere("SN1")
        serial = self._serials(self.part)
        Serial = self.env["stock.lot"].with_user(self.clerk)
        self.assertFalse(Serial.search([("product_id", "=", self.part.id)]))
        self.assertFalse(Serial.name_search("SN1"))
        self.assertFalse(Serial._read_group([("id", "=", serial.id)], ["name"]))
        for road in ("read", "write", "unlink", "action_open_source"):
            arguments = {"read": [["name"]], "write": [{"ref": "x"}]}.get(road, [])
            with self.assertRaises(AccessError, msg=road):
                getattr(serial.with_user(self.clerk), road)(*arguments)
        self.assertEqual(serial.with_user(self.other_clerk).name, "SN1")

    def test_a_serial_that_another_company_used_up_is_refused_with_the_reason(self):
        self._receive_elsewhere("SN1")
        serial = self._serials(self.part)
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.other_clerk)
            .create({"product_id": self.part.id, "lot_id": serial.id})
        )
        self.assertTrue(scrap.action_validate())
        receipt = self._receipt(2)
        entries = receipt.enter_serials("SN1, SN2")["entries"]
        self.assertEqual([entry["status"] for entry in entries], ["invalid", "assigned"])
        self.assertIn("another company", entries[0]["message"])

    def test_a_serial_that_another_company_sold_is_taken_back_as_the_same_record(self):
        self._receive_elsewhere("SN1")
        serial = self._serials(self.part)
        customers = self.env.ref("stock.stock_location_customers")
        sold = self._move(
            self.part,
            1,
            self.other_warehouse.out_type_id,
            self.other_warehouse.lot_stock_id,
            customers,
            user=self.other_clerk,
        )
        sold.action_assign()
        self.assertTrue(sold.button_validate())
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN1"), {"SN1": "known"})
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self._serials(self.part), serial)
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0)])
        # The company that had it still opens the documents that name it.
        self.env.invalidate_all()
        self.assertEqual(sold.move_line_ids.lot_id.name, "SN1")
        self.other_clerk.group_ids += self.env.ref("stock.group_lot_on_delivery_slip")
        Report = self.env["ir.actions.report"].with_user(self.other_clerk)
        slip = Report._render_qweb_html("stock.report_deliveryslip", sold.ids)[0]
        self.assertIn(b"SN1", slip)

    def test_serials_typed_in_another_company_keep_the_box_ticked(self):
        self._put_in_stock(self.part, 1, self.other_warehouse.lot_stock_id)
        action = self.part.with_user(self.other_clerk).action_assign_serials()
        transfer = self.env["stock.picking"].browse(action["res_id"])
        part = self.part.product_tmpl_id.with_user(self.boss)
        transfer.with_user(self.other_clerk).enter_serials("SN1")
        with (
            self.assertRaisesRegex(UserError, "don't have access") as refusal,
            self.env.cr.savepoint(),
        ):
            part.uses_serial_numbers = False
        self.assertNotIn(transfer.name, str(refusal.exception))
        transfer.move_line_ids.lot_name = False
        part.uses_serial_numbers = False
        self.assertEqual(transfer.state, "cancel")

    def test_a_serial_moves_from_company_to_company(self):
        self._receive_elsewhere("SN1")
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        serial = self._serials(self.part)
        out = self._move(
            self.part,
            1,
            self.other_warehouse.out_type_id,
            self.other_warehouse.lot_stock_id,
            transit,
            user=self.other_clerk,
        )
        out.action_assign()
        self.assertTrue(out.button_validate())
        arrival = self._move(self.part, 1, self.warehouse.in_type_id, transit, self.stock)
        arrival.action_assign()
        arrival.enter_serials("SN1@Y1-1A") if arrival.serial_missing_count else None
        self.assertTrue(arrival.button_validate())
        self.assertEqual(serial.exists().location_id.company_id, self.env.company)
        self.assertEqual(len(self._serials(self.part)), 1)
        self.assertEqual(serial.with_user(self.clerk).source, arrival.name)
        self.env.invalidate_all()
        # It is this company's now; the other one's delivery still names it.
        self.assertFalse(serial.with_user(self.other_clerk).search([("id", "=", serial.id)]))
        with self.assertRaises(AccessError):
            serial.with_user(self.other_clerk).read(["used_on"])
        self.assertEqual(out.move_line_ids.lot_id.name, "SN1")

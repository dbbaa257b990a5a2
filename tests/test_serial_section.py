from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialSection(SerialCase):
    """The Serial tab of a part: what is edited there is written with the part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.mileage = cls._new_question("Mileage", "integer", required=True).key
        cls.remark = cls._new_question("Remark").key

    def setUp(self):
        super().setUp()
        self.sn1, self.sn2 = self._receive("SN1@Y1-1A\nSN2@Y1-1A")

    def _receive(self, text, part=None):
        """Receive units and return their serial numbers, as the boss."""
        part = part or self.part
        receipt = self._receipt(len(text.splitlines()), part)
        receipt.enter_serials(text)
        receipt.move_line_ids.serial_answers = {self.mileage: 5}
        receipt.button_validate()
        return self._serials(part).with_user(self.boss)

    def _edit(self, edits, part=None, user=None):
        (part or self.part.product_tmpl_id).with_user(user or self.boss).serial_edits = edits

    def _answers(self, serial):
        return serial.serial_answers._values

    def test_edits_are_written_with_the_form(self):
        for part, location, mileage in (
            (self.part.product_tmpl_id, self.bin_b, 7),
            (self.part, self.bin_c, 8),
        ):
            with Form(part.with_user(self.boss)) as form:
                form.name = f"Alternator {mileage}"
                form.serial_edits = {
                    str(self.sn1.id): {
                        "location_id": location.id,
                        "serial_answers": {self.mileage: mileage},
                    }
                }
            self.assertBooks(self.part, [("Y1-1A", "SN2", 1, 0), (location.name, "SN1", 1, 0)])
            self.assertEqual(self._answers(self.sn1)[self.mileage], mileage)
            self.assertEqual(part.name, f"Alternator {mileage}")
            self.assertFalse(part.serial_edits)

    def test_saving_returns_no_edits(self):
        edits = {self.sn1.id: {"serial_answers": {self.remark: "rusty"}}}
        for part in (self.part.product_tmpl_id, self.part):
            [read] = part.with_user(self.boss).web_save(
                {"serial_edits": edits}, {"serial_edits": {}, "serial_count": {}}
            )
            self.assertEqual(read, {"id": part.id, "serial_edits": False, "serial_count": 2})

    def test_what_is_not_edited_stays(self):
        self.sn1.serial_answers = {self.remark: "rusty"}
        before = self.sn2.read(["name", "location_id", "serial_answers", "write_date"])
        self._edit({self.sn1.id: {"serial_answers": {self.mileage: 9}}})
        self.assertEqual(self._answers(self.sn1), {self.mileage: 9, self.remark: "rusty"})
        self.assertEqual(self.sn1.location_id, self.bin_a)
        self.assertEqual(
            self.sn2.read(["name", "location_id", "serial_answers", "write_date"]), before
        )
        self._edit({self.sn1.id: {"serial_answers": {self.mileage: None}}})
        self.assertEqual(self._answers(self.sn1), {self.remark: "rusty"})

    def test_no_edits_change_nothing(self):
        for edits in (False, None, {}):
            self._edit(edits)
        self.assertEqual(self._answers(self.sn1), {self.mileage: 5})

    def test_a_serial_of_another_part_is_refused(self):
        other = self._receive("XX1", self._new_part("Starter", uses_serial_numbers=True))
        edits = {
            self.sn1.id: {"location_id": self.bin_b.id},
            other.id: {"location_id": self.bin_b.id},
        }
        for part in (self.part.product_tmpl_id, self.part):
            with self.assertRaisesRegex(UserError, "isn't one of this part"):
                self._edit(edits, part)
        self.assertEqual((self.sn1 + other).location_id, self.bin_a + self.stock)

    def test_a_serial_of_another_variant_is_refused_on_the_variant(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Side", "value_ids": [(0, 0, {"name": side}) for side in ("L", "R")]}
        )
        template = self._new_part("Lamp", uses_serial_numbers=True).product_tmpl_id
        template.attribute_line_ids = [
            (0, 0, {"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids})
        ]
        left, right = template.product_variant_ids
        serial = self._receive("LL1", left)
        edits = {serial.id: {"location_id": self.bin_b.id}}
        with self.assertRaisesRegex(UserError, "isn't one of this part"):
            self._edit(edits, right)
        self._edit(edits, template)
        self.assertEqual(serial.location_id, self.bin_b)

    def test_a_serial_that_is_gone_is_refused(self):
        gone = self.env["stock.lot"].create({"name": "GONE", "product_id": self.part.id})
        edits = {gone.id: {"serial_answers": {self.mileage: 1}}}
        gone.unlink()
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self._edit(edits)

    def test_only_location_and_answers_can_be_edited(self):
        for edits, message in (
            ({self.sn1.id: {"name": "SN9"}}, "Only the location and the custom fields"),
            ({self.sn1.id: {"location_id": False}}, "Choose a bin"),
            ({"x": {}}, "can't be read"),
            ([self.sn1.id], "can't be read"),
            ({self.sn1.id: 5}, "can't be read"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._edit(edits)
        self.assertRecordValues(self.sn1, [{"name": "SN1", "location_id": self.bin_a.id}])

    def test_an_answer_that_does_not_fit_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Mileage"):
            self._edit({self.sn1.id: {"serial_answers": {self.mileage: "many"}}})

    def test_a_warehouse_user_may_not_write_the_part(self):
        edits = {self.sn1.id: {"location_id": self.bin_b.id}}
        for part in (self.part.product_tmpl_id, self.part):
            self.assertFalse(part.with_user(self.clerk).serial_edits)
            with self.assertRaises(AccessError):
                self._edit(edits, part, self.clerk)

    def test_edits_are_written_as_the_user(self):
        # The buyer may write parts here, but still not serial numbers.
        self.buyer.group_ids += self.env.ref("product.group_product_manager")
        with self.assertRaises(AccessError):
            self._edit({self.sn1.id: {"serial_answers": {self.mileage: 1}}}, user=self.buyer)

    def test_serials_on_hand_are_found(self):
        self._deliver(self.part, 1).button_validate()
        serials = self._serials(self.part).with_user(self.clerk)
        self.assertEqual(sorted(serials.mapped("is_on_hand")), [False, True])
        for value in (True, False):
            found = serials.search([("is_on_hand", "=", value), ("id", "in", serials.ids)])
            self.assertEqual(found, serials.filtered(lambda lot, v=value: lot.is_on_hand == v))

    def test_the_form_has_no_list_of_serials(self):
        for part in (self.part.product_tmpl_id, self.part):
            arch = part.with_user(self.clerk).get_view(view_type="form")["arch"]
            self.assertIn('name="serial_edits"', arch)
            self.assertNotIn('name="serial_ids"', arch)

    def test_opening_a_part_takes_the_same_queries_for_one_and_for_fifty(self):
        def count_queries():
            names = ["serial_edits", "serial_count", "unserialized_quantity", "part_type_id"]
            names += ["default_serial_answers", "product_variant_count"]
            part = self.part.product_tmpl_id.with_user(self.clerk)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            part.web_read({name: {} for name in names})
            page = self.env["stock.lot"].with_user(self.clerk)
            page = page.web_search_read(
                [("product_tmpl_id", "=", part.id), ("is_on_hand", "=", True)],
                {"name": {}, "location_id": {}, "product_qty": {}, "answers_missing": {}},
                limit=40,
            )
            return self.env.cr.sql_log_count - before, len(page["records"])

        count_queries()
        few, _rows = count_queries()
        self._receive("\n".join(f"Q{number:03}" for number in range(50)))
        count_queries()  # receiving may have emptied Odoo's caches
        many, rows = count_queries()
        self.assertEqual(rows, 40)
        # Two more count the rows of all pages, for the part's variants.
        self.assertLessEqual(many, few + 2)

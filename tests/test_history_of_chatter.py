from odoo import Command
from odoo.tests import tagged

from .correction_case import CorrectionCase
from .history_case import HistoryCase, UnitHistoryCase
from .photo_case import make_picture


@tagged("post_install", "-at_install")
class TestHistoryOfChatter(UnitHistoryCase):
    """What happened to a unit: what its chatter has."""

    def test_a_note(self):
        _receipt, serial = self._receive_one()
        self.boss.partner_id.sudo().parent_id = self.vendor
        serial.with_user(self.boss).message_post(body="Cracked cover")
        [entry] = self._history(serial, limit=1)
        self.assertEqual((entry["kind"], entry["text"]), ("note", "Cracked cover"))
        self.assertEqual((entry["user"], entry["document"]), (self.boss.name, False))

    def test_an_attachment(self):
        _receipt, serial = self._receive_one()
        serial.with_user(self.boss).message_post(attachments=[("damage.txt", b"x")])
        self.assertEqual(self._latest(serial), ("note", "damage.txt"))

    def test_a_note_without_text(self):
        _receipt, serial = self._receive_one()
        serial.with_user(self.boss).message_post(body="")
        self.assertEqual(self._latest(serial), ("note", "A note without text"))

    def test_answered(self):
        _receipt, serial = self._receive_one()
        serial = serial.with_user(self.clerk)
        for answer, text in (
            (98000, "Mileage: 98000"),
            (99000, "Mileage: 98000 → 99000"),
            (False, "Mileage: 99000 removed"),
        ):
            serial.serial_answers = {self.mileage.key: answer}
            self.assertEqual(self._latest(serial), ("answered", text))
            self._age(serial)

    def test_renamed_archived_and_unarchived(self):
        _receipt, serial = self._receive_one()
        self._ship(serial, self.warehouse.out_type_id, self.stock, self.customer)
        serial = serial.with_user(self.boss)
        for vals, kind, text in (
            ({"name": "SN7"}, "renamed", "Renamed from SN1 to SN7"),
            ({"active": False}, "archived", "Archived"),
            ({"active": True}, "unarchived", "Unarchived"),
        ):
            serial.write(vals)
            self.assertEqual(self._latest(serial), (kind, text))
            self._age(serial)

    def test_another_field(self):
        _receipt, serial = self._receive_one()
        field = self.env["ir.model.fields"]._get("stock.lot", "ref")
        serial.sudo()._message_log(
            body="",
            tracking_value_ids=[
                Command.create({"field_id": field.id, "old_value_char": "", "new_value_char": "R7"})
            ],
        )
        self.assertEqual(self._latest(serial), ("changed", "Internal Reference: R7"))

    def test_photos(self):
        _receipt, serial = self._receive_one()
        photo = Command.create({"image_1920": make_picture()})
        serial.with_user(self.clerk).photo_ids = [photo, photo]
        self.assertEqual(self._latest(serial), ("photo", "2 photos added"))


@tagged("post_install", "-at_install")
class TestHistoryOfCorrections(HistoryCase, CorrectionCase):
    """A correction is one entry, and no history is lost by it."""

    def setUp(self):
        super().setUp()
        for serial in (self.first, self.second):
            self._age(serial)

    def _texts_of(self, serial):
        return [entry for entry in self._texts(serial, self.boss) if entry[0] != "answered"]

    def test_a_wrong_number(self):
        self._correct(self.first, "rename", new_name="SN7")
        corrected, *before = self._texts_of(self.first)
        self.assertEqual(
            corrected, ("corrected", "Serial number SN1 corrected to SN7. Reason: Label misread")
        )
        self.assertNotIn("corrected", [kind for kind, _text in before])

    def test_exchanged_labels(self):
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        for serial, location in ((self.first, "Y1-1A"), (self.second, "Y1-1B")):
            kinds = dict(self._texts_of(serial))
            self.assertIn("Labels exchanged", kinds["corrected"])
            self.assertIn(location, kinds["received"])

    def test_moved_to_another_part(self):
        self.first.serial_answers = {self.mileage.key: 130000}
        self.assertNotIn("corrected", dict(self._texts_of(self.first)))
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter).with_user(self.boss)
        for serial in (unit, self.first):
            entries = self._texts_of(serial)
            self.assertEqual(
                sorted(kind for kind, _text in entries), ["corrected", "created", "received"]
            )
            self.assertIn("moved from Alternator to Starter", dict(entries)["corrected"])
        self.assertIn(("answered", "Mileage: 120000 → 130000"), self._texts(unit, self.boss))

    def test_moved_back(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        self._correct(self._serials(self.starter), "move", product_id=self.part.id)
        unit = self._serials(self.part).filtered(lambda lot: lot.name == "SN1")
        kinds = sorted(kind for kind, _text in self._texts_of(unit))
        self.assertEqual(kinds, ["corrected", "corrected", "created", "received"])

    def test_taken_back(self):
        self._correct(self.first, "undo")
        entries = self._texts_of(self.first)
        self.assertIn("taken back", dict(entries)["corrected"])
        kinds = sorted(kind for kind, _text in entries)
        self.assertEqual(kinds, ["corrected", "created", "received"])

    def test_back_without_a_return(self):
        delivery = self._deliver(self.part, 2)
        self.assertTrue(delivery.button_validate())
        self._age(self.first)
        self._receive("SN1@Y1-1C")
        texts = [text for _kind, text in self._texts_of(self.first)]
        self.assertIn("Came back without a return", texts)
        self.assertIn("Received from Salvage Lot into Y1-1C", texts)

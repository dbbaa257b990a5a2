from .common import SerialCase


class CorrectionCase(SerialCase):
    """SN1 in Y1-1A and SN2 in Y1-1B came in on one receipt; the starter is another part of the
    same part type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Electrics"})
        cls.mileage = cls._new_question("Mileage", "integer", category_ids=cls.category.ids)
        cls.part.product_tmpl_id.write(
            {"uses_serial_numbers": True, "categ_id": cls.category.id, "standard_price": 100}
        )
        cls.starter = cls._new_part(
            "Starter", uses_serial_numbers=True, categ_id=cls.category.id, standard_price=30
        )

    def setUp(self):
        super().setUp()
        self.receipt = self._receive("SN1@Y1-1A\nSN2@Y1-1B")
        self.first, self.second = self._serials(self.part).with_user(self.boss)
        self.first.serial_answers = {self.mileage.key: 120000}
        self._notes(self.first)

    def _receive(self, text, product=None):
        receipt = self._receipt(len(text.split()), product)
        receipt.enter_serials(text)
        self.assertTrue(receipt.button_validate())
        return receipt

    def _correct(self, serial, kind, user=None, **values):
        """Correct *serial* in the dialog, and return the notification's text."""
        Correction = self.env["serial.correction"].with_user(user or self.boss)
        correction = Correction.create(
            {"lot_id": serial.id, "kind": kind, "reason": "Label misread", **values}
        )
        action = correction.action_correct()
        self.env.flush_all()
        return action["params"]["message"]

    def _notes(self, record):
        """Return the notes on *record*, the latest first, with the changed fields."""
        self.env.cr.flush()
        self.env.invalidate_all()
        notes = []
        for message in record.sudo().message_ids:
            tracked = [
                f"{value.old_value_char}>{value.new_value_char}"
                for value in message.tracking_value_ids
                if value.field_id.name == "name"
            ]
            notes.append((message.preview or "", *tracked, message.author_id))
        return notes

    def assertNoted(self, record, *words):
        """Assert that *record* has one note of the correction, by the inventory manager, with
        these words."""
        [note] = [note for note in self._notes(record) if "Label misread" in note[0]]
        self.assertEqual(note[-1], self.boss.partner_id, note)
        for word in words:
            self.assertIn(word, note[0])

    def _value(self, product):
        self.env.invalidate_all()
        return product.total_value

    def _corrections(self, serials):
        """Return what the list of moves shows of the corrections of *serials*."""
        domain = [("lot_id", "in", serials.ids), ("is_inventory", "=", True)]
        return self.env["stock.move.line"].search(domain).mapped("reference")

    def _receipt_of_both(self):
        receipt = self._receipt(1)
        receipt.move_ids.copy(
            {"product_id": self.starter.id, "picking_id": receipt.id, "purchase_line_id": False}
        )._action_confirm()
        receipt.move_ids.quantity = 1
        return receipt

    def _correct_line(self, line, product):
        action = line.with_user(self.boss).action_correct_serial()
        context = action["context"]
        correction = self.env["serial.correction"].with_user(self.boss).with_context(**context)
        correction = correction.create({"product_id": product.id, "reason": "Label misread"})
        self.assertEqual((correction.kind, correction.serial), ("move", line.lot_name))
        after = correction.action_correct()["params"]["next"]
        self.assertEqual(
            (after["res_model"], after["res_id"]), ("stock.picking", line.picking_id.id)
        )

from .common import SerialCase


class HistoryCase(SerialCase):
    """Reads the history of serial numbers, and lets time pass."""

    def _history(self, serial, user=None, **page):
        """Return the history as that user reads it, by default the clerk."""
        self.env.cr.flush()
        self.env.invalidate_all()
        return serial.with_user(user or self.clerk).get_serial_history(**page)

    def _texts(self, serial, user=None, **page):
        return [(entry["kind"], entry["text"]) for entry in self._history(serial, user, **page)]

    def _latest(self, serial, user=None):
        [entry] = self._history(serial, user, limit=1)
        return entry["kind"], entry["text"]

    def _ship(self, serial, kind, source, destination, partner=None, validate=True):
        """Return a transfer of *serial*, done by the clerk."""
        picking = self._move(self.part, 1, kind, source, destination)
        picking.partner_id = partner
        picking.action_assign()
        picking.move_line_ids.lot_id = serial
        if validate:
            picking.with_context(skip_serial_prompt=True).button_validate()
            self.assertEqual(picking.state, "done")
            # The rest of the second belongs to what comes next.
            self._age(serial)
        return picking

    def _age(self, serial):
        """Let everything that happened so far be a day older."""
        self.env.flush_all()
        for query in (
            "UPDATE stock_move_line SET date = date - interval '1 day' WHERE lot_id = %s",
            "UPDATE mail_message SET date = date - interval '1 day'"
            " WHERE model = 'stock.lot' AND res_id = %s",
        ):
            self.env.cr.execute(query, [serial.id])
        self.env.invalidate_all()

    def _receive_one(self, name="SN1"):
        receipt = self._receive_named(name)
        serial = self._serial(name)
        self.env.cr.flush()
        self._age(serial)
        return receipt, serial


class UnitHistoryCase(HistoryCase):
    """The part uses serial numbers, and has a custom field."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.mileage = cls._new_question("Mileage", "integer")
        cls.buyer_at = cls.env["res.partner"].create({"name": "Azure Interior"})

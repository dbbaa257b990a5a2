from .common import SerialCase


class CountCase(SerialCase):
    """A part with serial numbers in two bins, one without, and a count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.bolt = cls._new_part("Bolt", barcode="BOLT-1", standard_price=2)

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2")
        self._receive_named("SN3", location=self.bin_b)
        self.count = self._count()

    def _count(self, **values):
        return self.env["serial.count"].with_user(self.clerk).create(values)

    def _scan(self, text, count=None, **values):
        """Scan *text* and return ``{serial or text: status}``."""
        rows = (count or self.count).scan(text, **values)
        return {row["serial"] or row["text"]: row["status"] for row in rows}

    def _scan_one(self, text, **values):
        """Scan *text*, one entry, and return its status and message."""
        [row] = self.count.scan(text, **values)
        return row["status"], row["message"]

    def _line(self, name):
        return self.count.line_ids.filtered(lambda line: line.name == name)

    def _close(self, count=None):
        (count or self.count).action_close_bin()

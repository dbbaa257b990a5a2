from ast import literal_eval

from lxml import etree

from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestStockLot(SerialCase):
    """The serial list, form and search, and the Serial section of the part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _receive(self, text):
        receipt = self._receipt(text.count("\n") + 1)
        receipt.enter_serials(text)
        receipt.button_validate()

    def _find(self, filter_name):
        """Return the names of the part's serials that a filter of the search view finds."""
        Serial = self.env["stock.lot"].with_user(self.clerk)
        arch = etree.fromstring(Serial.get_view(view_type="search")["arch"])
        [node] = arch.xpath(f"//filter[@name='{filter_name}']")
        domain = literal_eval(node.get("domain").strip())
        return Serial.search([*domain, ("product_id", "=", self.part.id)]).mapped("name")

    def test_filters_find_what_they_name(self):
        self._receive("HERE@Y1-1A\nSOLD@Y1-1B")
        self.env["stock.lot"].create({"name": "NOWHERE", "product_id": self.part.id})
        delivery = self._deliver(self.part, 2)
        delivery.move_line_ids.filtered(lambda line: line.lot_id.name == "HERE").unlink()
        delivery.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._find("on_hand"), ["HERE"])
        self.assertEqual(self._find("sold"), ["SOLD"])
        self.assertEqual(self._find("no_location"), ["NOWHERE"])

    def test_the_section_lists_the_serials_in_order(self):
        self._receive("SN2\nSN1")
        self.assertEqual(self.part.product_tmpl_id.serial_ids.mapped("name"), ["SN1", "SN2"])

    def test_reading_a_page_of_serials_takes_the_same_queries(self):
        def count_queries(units):
            self._receive("\n".join(f"Q{units}-{number}" for number in range(units)))
            Serial = self.env["stock.lot"].with_user(self.clerk)
            names = ["name", "location_id", "source", "used_on", "product_qty"]
            domain = [("name", "like", f"Q{units}-")]
            Serial.search_read(domain, names)  # Fills the caches.
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Serial.search_read(domain, names)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count_queries(2), count_queries(50))

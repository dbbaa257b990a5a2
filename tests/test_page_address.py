from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase

from ..tools.linked_data import make_linked_data
from ..tools.page_address import UnitAddress, read_page_path
from ..tools.unit_address import make_path

GTIN = "09501101530003"
FORMS = (GTIN, GTIN[1:])
SERIAL = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=128)


class TestPageAddress(TransactionCase):
    """What the path of a page means."""

    @given(SERIAL)
    def test_every_serial_number_is_found_by_its_path(self, serial):
        for gtin in ("", GTIN):
            path = make_path(7, gtin, serial)
            address = read_page_path(unquote(path))
            self.assertEqual(address.serials[0], serial)
            self.assertEqual(address.barcodes, FORMS if path.startswith("/01/") else ())
            self.assertEqual(address.product_id, 0 if path.startswith("/01/") else 7)

    def test_digital_links(self):
        for path, serials in (
            (f"/01/{GTIN}/21/A1", ("A1",)),
            (f"/01/{GTIN[1:]}/21/A1", ("A1",)),
            (f"/01/{GTIN}/22/2A/10/LOT/21/A1", ("A1",)),
            (f"/01/{GTIN}/21/A1/10/LOT", ("A1/10/LOT", "A1")),
            (f"/01/{GTIN}/21/A/1", ("A/1",)),
            (f"/01/{GTIN}/21//A/", ("/A/",)),
        ):
            with self.subTest(path):
                self.assertEqual(read_page_path(path), UnitAddress(0, FORMS, serials))

    def test_short_gtins(self):
        address = read_page_path("/01/96385074/21/A1")
        self.assertEqual(address.barcodes[-1], "96385074")
        self.assertEqual(len(address.barcodes), 4)

    def test_no_addresses(self):
        for path in (
            "/01/09501101530004/21/A1",  # a wrong check digit
            "/01/0950110/21/A1",
            "/01/095011015300031/21/A1",
            "/01/0950110153000３/21/A1",
            f"/01/{GTIN}/21/",
            f"/01/{GTIN}/10/A1",
            f"/01/{GTIN}",
            "/serial/7/",
            "/serial/0/A1",
            "/serial/-1/A1",
            "/serial/2147483648/A1",
            "/serial/99999999999/A1",
            "/serial/x/A1",
            "/serial/7/A\0",
            "/serial/7/" + "A" * 129,
            "",
        ):
            with self.subTest(path):
                self.assertIsNone(read_page_path(path))

    def test_linked_data_leaves_out_what_is_not_there(self):
        page = {"part": "Engine", "serial": "A1", "gtin": "", "url": "https://x.example/A1"}
        page.update(host="https://x.example", photos=[], part_picture=False, answers=[])
        self.assertEqual(
            make_linked_data(page).keys(),
            {"@context", "@type", "@id", "url", "name", "serialNumber"},
        )

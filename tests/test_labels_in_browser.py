import json
from urllib.parse import quote

from odoo.tests import HttpCase, tagged

from .test_labels import LabelCase

# Reads each code of the page like a camera, in several sizes: zxing doesn't find every QR code in
# each, however clear it is.
SCAN = """
    const scan = (image, dots) => {
        const { width, height } = image.getBoundingClientRect();
        const canvas = document.createElement("canvas");
        canvas.width = width * dots + 40;
        canvas.height = height * dots + 40;
        const context = canvas.getContext("2d");
        context.fillStyle = "white";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 20, 20, width * dots, height * dots);
        const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
        const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source));
        const hints = new Map([[ZXing.DecodeHintType.ASSUME_GS1, true]]);
        try {
            return new ZXing.MultiFormatReader().decode(bitmap, hints).getText();
        } catch {
            return dots < 9 && scan(image, dots + 0.3);
        }
    };
    const script = document.createElement("script");
    script.src = "/web/static/lib/zxing-library/zxing-library.js";
    script.onload = () => {
        const codes = [...document.querySelectorAll("img.o_label_code")];
        const read = JSON.stringify(codes.map((image) => scan(image, 3)));
        if (read === JSON.stringify(%s)) {
            console.log("test successful");
        } else {
            console.error(read);
        }
    };
    document.head.append(script);
"""


@tagged("post_install", "-at_install")
class TestLabelsInBrowser(HttpCase, LabelCase):
    """The printed page, in a browser: its codes can be scanned."""

    def _scan(self, expected, **values):
        layout = self._layout(**values)
        options = quote(json.dumps(layout.process()["data"]))
        self.browser_js(
            f"/report/html/serialized_parts.serial_labels?options={options}",
            SCAN % json.dumps(expected),
            "document.images.length && [...document.images].every((image) => image.complete)",
            login=self.clerk.login,
        )

    def test_a_qr_code_has_the_address_of_the_unit(self):
        for size in (self.roll, self.sheet):
            self._scan(self.serials.mapped("serial_url"), label_size_id=size)
        # Which leads a user to the unit's form.
        self.authenticate(self.clerk.login, self.clerk.login)
        path = self.first.serial_url.removeprefix(self.first.get_base_url())
        led = self.url_open(path, allow_redirects=False)
        self.assertEqual(led.status_code, 303)
        self.assertTrue(led.headers["Location"].endswith(f"/{self.first.id}"))

    def test_gs1_codes_are_recognized_as_such(self):
        self.part.barcode = "9506000134352"
        texts = [f"010950600013435221{serial.name}" for serial in self.serials]
        self.assertTrue(self.first.serial_url.endswith("/01/09506000134352/21/SN1"))
        self._scan(self.serials.mapped("serial_url"), label_size_id=self.roll)
        # The reader shows FNC1 as the character GS, or by the symbology's name.
        matrices = [f"\x1d{text}" for text in texts]
        self._scan(matrices, label_size_id=self.roll, code="datamatrix")
        self._scan([f"]C1{text}" for text in texts], label_size_id=self.roll, code="code128")

    def test_plain_codes_of_long_serial_numbers(self):
        self.first.name = "A/long-serial.number_with~signs^and 1234567890"
        names = self.serials.mapped("name")
        self._scan(names, label_size_id=self.roll, code="datamatrix")
        large = self.env.ref("serialized_parts.serial_label_size_100x50")
        self._scan(names, label_size_id=large, code="code128")

    def test_labels_of_a_receipt(self):
        receipt = self._receipt(2)
        url = f"/odoo/action-stock.action_picking_tree_all/{receipt.id}"
        self.start_tour(url, "serialized_parts_labels", login=self.clerk.login)


@tagged("post_install", "-at_install")
class TestLabelsOnPhone(HttpCase, LabelCase):
    """The dialog on a phone's screen."""

    browser_size = "375x667"
    touch_enabled = True

    def test_labels_of_a_serial_number(self):
        url = f"/odoo/action-stock.action_production_lot_form/{self.first.id}"
        self.start_tour(url, "serialized_parts_labels_phone", login=self.clerk.login)

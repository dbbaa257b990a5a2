import base64
import io

from PIL import Image

from .common import SerialCase


def make_picture(colour="red", size=(40, 30), kind="PNG"):
    """Return a picture in one colour, in base64."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


class PhotoCase(SerialCase):
    """A part whose units have photos."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    @classmethod
    def _new_serial(cls, name, product=None, **values):
        return cls.env["stock.lot"].create(
            {"name": name, "product_id": (product or cls.part).id, **values}
        )

    def _add_photos(self, record, *colours, user=None, **values):
        """Add a photo of each colour to *record*, by default as the clerk, and return them."""
        field = "lot_id" if record._name == "stock.lot" else "move_line_id"
        photos = self.env["serial.photo"].with_user(user or self.clerk)
        return photos.create(
            [{field: record.id, "image_1920": make_picture(colour), **values} for colour in colours]
        )

    def _colour(self, image):
        """Return the colour of a picture in base64, as (red, green, blue)."""
        return Image.open(io.BytesIO(base64.b64decode(image))).convert("RGB").getpixel((0, 0))

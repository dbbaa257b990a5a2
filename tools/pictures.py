"""What a photo is."""

import io

from PIL import Image

#: The formats that Pillow, as Odoo sets it up, decodes and every browser shows. SVG is none of them:
#: it can hold a script.
FORMATS = ("JPEG", "PNG", "GIF", "BMP")
#: More pixels than these aren't decoded here: Odoo refuses them (``IMAGE_MAX_RESOLUTION``).
MOST_PIXELS = 50_000_000


def is_picture(content):
    """Return whether *content*, bytes, is a picture: WebP, or one of :data:`FORMATS`. Of one that
    was cut off, Pillow shows what is there, as Odoo wants it to (``LOAD_TRUNCATED_IMAGES``)."""
    if content[:4] == b"RIFF" and content[8:15] == b"WEBPVP8":
        return is_whole_riff(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height <= MOST_PIXELS:
                image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def is_whole_riff(content):
    """Return whether a RIFF file has as many bytes as it says (RFC 9649, section 2.3)."""
    return int.from_bytes(content[4:8], "little") + 8 <= len(content)

"""How much a file of serial numbers may have, whatever its kind."""

#: The largest file in bytes, and the longest text of a spreadsheet in characters: a text that many
#: cells share is in the file only once.
MAX_FILE = 10 * 1024**2
MAX_TEXT = 5 * 1024**2
#: The most that all parts read may have together, unpacked: bytes, and elements (a cell has two
#: or three).
MAX_UNPACKED = 20 * 1024**2
MAX_ELEMENTS = 250_000
#: The most files in the archive, names of elements and attributes, and custom number formats.
MAX_MEMBERS = 5_000
MAX_NAMES = 5_000
MAX_FORMATS = 1_000
#: The longest format, as in Excel, and the longest number, in characters.
MAX_FORMAT = 255
MAX_NUMBER = 400
#: The widest table, in columns.
MAX_COLUMNS = 100


class UnreadableFile(ValueError):
    """Raised with the key of the caller's message: ``large``, ``much``, ``long`` or ``sheet``, what
    the file is (see :mod:`.kinds`), or ``kind`` when that isn't known."""

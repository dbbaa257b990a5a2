"""Old Office files, written by the bytes: what xlwt can't write, and files that are broken."""

from struct import pack

from ..tools.files.compound import SIGNATURE

_SECTOR, _SMALL, _SHORT = 512, 64, 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(**streams):
    """Return a compound file with these streams; one shorter than 4 KB is kept in small sectors."""
    content, table, small, small_table, entries = b"", [], b"", [], []
    for name, stream in streams.items():
        if len(stream) < _SHORT:
            start = _add(small_table, stream, _SMALL)
            small += _pad(stream, _SMALL)
        else:
            start = _add(table, stream, _SECTOR)
            content += _pad(stream, _SECTOR)
        entries.append((name, 2, start, len(stream)))
    start = _add(table, small, _SECTOR)
    content += _pad(small, _SECTOR)
    entries.insert(0, ("Root Entry", 5, start, len(small)))
    parts = [
        b"".join(_entry(number, len(entries), *entry) for number, entry in enumerate(entries)),
        pack(f"<{len(small_table)}I", *small_table),
    ]
    starts = []
    for part in parts:
        starts.append(_add(table, part, _SECTOR))
        content += _pad(part, _SECTOR)
    table.append(_TABLE)
    header = SIGNATURE + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += pack("<IIII", 1, starts[0], 0, _SHORT) + pack("<IIII", starts[1], 1, _END, 0)
    header += pack("<I", len(table) - 1) + pack("<I", _FREE) * 108
    return header + content + _pad(pack(f"<{len(table)}I", *table), _SECTOR)


def _add(table, stream, size):
    """Add the sectors of a stream to their table; return the first one."""
    first, count = len(table), -(-len(stream) // size)
    table += [*range(first + 1, first + count), _END] if count else []
    return first if count else _END


def _pad(content, size):
    return content + bytes(-len(content) % size)


def _entry(number, count, name, kind, start, size):
    after = number + 1 if 0 < number < count - 1 else _FREE
    child = 1 if number == 0 and count > 1 else _FREE
    name = f"{name}\0".encode("utf-16-le")
    return (
        _pad(name, 64)
        + pack("<HBB", len(name), kind, 1)
        + pack("<III", _FREE, after, child)
        + bytes(36)
        + pack("<II", start, size)
        + bytes(4)
    )


def record(code, *parts):
    """Return a record of an XLS file; its content are bytes, or numbers of 16 bits."""
    content = b"".join(part if isinstance(part, bytes) else pack("<H", part) for part in parts)
    return pack("<HH", code, len(content)) + content


def style(key):
    """Return the record of a cell style, whose number format has this key."""
    return record(0xE0, 0, key, bytes(16))


def xls(*cells, book=(), version=0x600, name=b"\0Sheet"):
    """Return an XLS file of one sheet.

    :param cells: its records
    :param book: those of the workbook
    """
    begin, end = record(0x809, version, 0x10, 0, 0), record(0x0A)
    length = len(name) - (version == 0x600)
    before = record(0x809, version, 5, 0, 0) + b"".join(book)
    start = len(before) + 4 + 7 + len(name) + len(end)
    sheet = record(0x85, pack("<IBBB", start, 0, 0, length), name)
    return compound(Workbook=before + sheet + end + begin + b"".join(cells) + end)

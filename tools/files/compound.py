"""The streams in a compound file, which is what XLS and other old Office files are.

What the format calls sectors, tables and entries is described in Microsoft's [MS-CFB].
"""

from itertools import islice
from struct import unpack_from

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")

_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STREAM = 2
# Streams shorter than this are kept in small sectors.
_SHORT = 4096


class CompoundFile:
    """A compound file.

    :param bytes content: what is in it
    :raise Exception: of any kind, when it isn't one
    """

    def __init__(self, content):
        self._content = content
        [shift] = unpack_from("<H", content, 30)
        self._size = 1 << shift
        self._next = self._read_table(self._list_table_sectors())
        [directory, small_table] = (unpack_from("<I", content, at)[0] for at in (48, 60))
        self._entries = self._read_chain(directory)
        start, size = self._read_start(0)
        self._small = self._read_chain(start)[:size] if start < _LAST_SECTOR else b""
        self._next_small = self._read_table(self._list_chain(small_table, self._next))
        self._streams = self._find_streams()

    @property
    def names(self):
        """The names of the streams that are not inside another document."""
        return set(self._streams)

    def read_stream(self, name):
        """Return what is in the stream *name*."""
        start, size = self._read_start(self._streams[name])
        if size >= _SHORT:
            return self._read_chain(start)[:size]
        sectors = self._list_chain(start, self._next_small)
        return b"".join(self._small[sector * 64 : sector * 64 + 64] for sector in sectors)[:size]

    # -------------------------------------------------------------------------------- sectors

    def _read_sector(self, sector):
        start = (sector + 1) * self._size
        return self._content[start : start + self._size]

    def _list_table_sectors(self):
        """Return the sectors that have the table of sectors; no more than the file can need."""
        sectors = list(unpack_from("<109I", self._content, 76))
        [more] = unpack_from("<I", self._content, 68)
        needed = len(self._content) // self._size * 4 // self._size + 1
        while more < _LAST_SECTOR and len(sectors) < needed:
            *found, more = unpack_from(f"<{self._size // 4}I", self._read_sector(more))
            sectors += found
        return islice((sector for sector in sectors if sector < _LAST_SECTOR), needed)

    def _read_table(self, sectors):
        """Return a table that has, for each sector, the next one of its chain."""
        table = b"".join(self._read_sector(sector) for sector in sectors)
        return unpack_from(f"<{len(table) // 4}I", table)

    def _list_chain(self, sector, table):
        """Return the sectors from *sector* on.

        :raise ValueError: when they go in circles
        """
        chain = []
        while sector < _LAST_SECTOR:
            if len(chain) > len(table):
                raise ValueError("circle")
            chain.append(sector)
            sector = table[sector]
        return chain

    def _read_chain(self, sector):
        return b"".join(self._read_sector(part) for part in self._list_chain(sector, self._next))

    # ------------------------------------------------------------------------------- directory

    def _read_start(self, entry):
        """Return the first sector and the size of an *entry* of the directory."""
        return unpack_from("<II", self._entries, entry * _ENTRY + 116)

    def _find_streams(self):
        """Return ``{name: entry}`` of the streams in the root folder, which are kept as a tree."""
        streams, seen = {}, set()
        [root] = unpack_from("<I", self._entries, 76)
        waiting = [root]
        while waiting:
            entry = waiting.pop()
            if entry in seen or (entry + 1) * _ENTRY > len(self._entries):
                continue
            seen.add(entry)
            start = entry * _ENTRY
            length, kind = unpack_from("<HB", self._entries, start + 64)
            if kind == _STREAM:
                name = self._entries[start : start + min(max(length - 2, 0), 64)]
                streams[name.decode("utf-16-le", "replace")] = entry
            waiting += unpack_from("<II", self._entries, start + 68)
        return streams

from ...tools.column_guess import guess_serials


class ListColumns:
    """Guesses what the columns of a list hold, from its header and from what is in them.

    :param find_names: what returns the bins and parts that words name, as
        :class:`~.transfer_names.TransferNames`
    :param headers: the :class:`~odoo.addons.serialized_parts.tools.table_headers.Headers` to know
    :param layout: the :class:`~odoo.addons.serialized_parts.tools.table_layout.Layout` of the list
    """

    def __init__(self, find_names, headers, layout):
        self._headers = headers
        self._layout = layout
        self._columns = [
            [row[index] for row in layout.samples if row[index : index + 1] > ("",)]
            for index in range(layout.width)
        ]
        words = {cell for column in self._columns for cell in column}
        self._names = find_names(words)

    def guess(self):
        """Return ``{kind or key of a custom field: index}``, without what nobody can guess."""
        columns = self._guess_by_header()
        left = [i for i in range(self._layout.width) if i not in columns.values()]
        for kind, find in (
            ("location", self._names.find_bins),
            ("product", self._names.find_parts),
        ):
            matches = [i for i in left if self._are_mostly(self._columns[i], find)]
            if kind not in columns and matches:
                columns[kind] = matches[0]
                left.remove(matches[0])
        if "serial" not in columns:
            best = guess_serials({i: (self._layout.names[i], self._columns[i]) for i in left})
            if best is not None:
                columns["serial"] = best
        return columns

    def are_bins(self, index):
        """Return whether all values of the column *index* are bins of the transfer."""
        return all(len(self._names.find_bins(cell)) == 1 for cell in self._columns[index])

    def _guess_by_header(self):
        columns = {}
        for index, kind in enumerate(self._headers.find_all(self._layout.header)):
            if kind not in ("", "number", "quantity"):
                columns.setdefault(kind, index)
        return columns

    @staticmethod
    def _are_mostly(cells, find):
        return sum(bool(find(cell)) for cell in cells) * 2 > len(cells)

"""An import of serial numbers changes what was edited, and renames only where it is asked to."""

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.serial_names import clean_name
from .unedited_cells import find_ids

#: Context key, and option of the import dialog: whether an import may rename serial numbers.
RENAME = "rename_serials"
#: Context key: the :class:`Running` import. The context is all that Odoo passes on from ``load`` to
#: ``_load_records``.
RUNNING = "serialized_parts_import"


class Running:
    """What an import that is running found out."""

    def __init__(self):
        self.met = []  # the errors that trying again may solve
        self.kept = {}  # by row: the warning that its serial number was not renamed


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model
    def _get_guarded_columns(self, paths):
        """Return the positions of all columns except those of ids and of several records."""
        columns = set()
        for position, path in enumerate(paths):
            field = self._fields.get(path[0]) if path else None
            is_list = field is not None and field.type == "one2many"
            if path and path[-1] not in ("id", ".id") and not is_list:
                columns.add(position)
        return columns

    @api.model
    def load(self, fields, data):
        """Import rows as Odoo does, except that a serial number that is there keeps its name: a
        spreadsheet may show ``00123`` as ``123``. The rest of its row is imported.

        With the context key ``rename_serials`` it is renamed.

        :param list fields: the paths of the columns
        :param list data: the rows, lists of texts
        :return: what Odoo returns, ``{"ids", "messages", "nextrow"}``; *messages* has one of type
            ``warning`` for each name that was left alone, with ``kept_name``, that name
        """
        running = Running()
        result = super(StockLot, self.with_context(**{RUNNING: running})).load(fields, data)
        # Odoo's import turns every error into a message, but two that clash have to be retried.
        if running.met:
            raise running.met[0]
        result["messages"] += running.kept.values()
        return result

    def _load_records(self, data_list, update=False):
        running = self.env.context.get(RUNNING) or Running()
        # The data files of an addon come here, too: they are no import.
        if RUNNING in self.env.context and not self.env.context.get(RENAME):
            running.kept.update(self._keep_names(data_list))
        try:
            records = super()._load_records(data_list, update=update)
            # Odoo flushes next, but hides which error it was.
            self.env.cr.flush()
        except (ConcurrencyError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) as error:
            running.met.append(error)
            raise
        return records

    @api.model
    def _keep_names(self, data_list):
        """Leave out the names in *data_list*, see ``_load_records``, that would rename a serial
        number. A constant number of queries.

        :return: ``{row: the message of the import}``
        """
        ids = self._find_imported(data_list)
        serials = self.browse(dict.fromkeys(ids.values())).exists()._filtered_access("read")
        by_id = serials.filtered(lambda lot: lot.product_id.tracking == "serial").grouped("id")
        kept = {}
        for position, id_ in ids.items():
            values, info = data_list[position]["values"], data_list[position]["info"]
            if id_ in by_id and clean_name(values["name"]) != by_id[id_].name:
                name = values.pop("name")
                kept[info["record"]] = self._warn_of_name(info, by_id[id_].name, name)
        return kept

    @api.model
    def _find_imported(self, data_list):
        """Return ``{position: id}`` of those in *data_list* that have a name and a record."""
        named = {
            position: data
            for position, data in enumerate(data_list)
            if isinstance(data["values"].get("name"), str)
        }
        found = find_ids(self, filter(None, (data.get("xml_id") for data in named.values())))
        ids = {
            position: found.get(data["xml_id"]) if data.get("xml_id") else data["values"].get("id")
            for position, data in named.items()
        }
        return {position: id_ for position, id_ in ids.items() if id_}

    @api.model
    def _warn_of_name(self, info, kept, name):
        """Return the import's message that *kept* was not renamed to *name*.

        :param dict info: what Odoo's messages about this row have
        """
        message = self.env._(
            "%(serial)s was not renamed to %(name)s: the option 'Rename Serial Numbers' is off.",
            serial=kept,
            name=name,
        )
        return {**info, "type": "warning", "field": "name", "message": message, "kept_name": kept}

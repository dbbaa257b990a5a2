"""The sold units among what was entered on a receipt: they most likely come back."""

from typing import Any, NamedTuple

from odoo.fields import Domain
from odoo.tools.i18n import format_list

from ...tools.position import INTERNAL_USAGES
from ...tools.serial_names import clean_name
from ..readable import filter_readable

#: How many serial numbers a question names; the rest are counted.
MOST_NAMED = 3


class SoldUnit(NamedTuple):
    """A unit that was entered on a receipt.

    :ivar serial: its serial number
    :ivar delivery: the transfer that took it to the customer
    :ivar line: the line of the receipt that it is on, if any
    :ivar text: the refused entry that named it, if any
    """

    serial: Any
    delivery: Any
    line: Any = None
    text: str = ""


class Entered(NamedTuple):
    """An entry that may name a sold unit.

    :ivar name: its serial number, else its text
    :ivar text: its text
    :ivar line: the line of the unit that got the serial number; no line if it was refused
    """

    name: str
    text: str
    line: Any


class ReturnProposals:
    """Finds the sold units among entries. All are read at once.

    :param picking: the receipt
    :param entries: list of :class:`Entered`
    """

    def __init__(self, picking, entries):
        self._picking = picking
        self._entries = entries
        lots = picking.env["stock.lot"].with_context(active_test=False)
        # A code without its separators, whose part is not on the transfer, names no unit here.
        self._codes = {
            entry.text: lots._read_code(entry.text) for entry in entries if not entry.line
        }
        names = {self._get_name(entry) for entry in entries}
        serials = lots.search(
            Domain("name", "in", [*names])
            & Domain("product_id.tracking", "=", "serial")
            & Domain("company_id", "in", [False, picking.company_id.id])
        )
        # What a vendor has sent to the customer would go back to the vendor.
        self._deliveries = {
            serial: delivery
            for serial, delivery in serials._find_deliveries().items()
            if delivery.location_id.usage in INTERNAL_USAGES
            and delivery.company_id == picking.company_id
        }
        self._by_name = lots.concat(*self._deliveries).grouped("name")

    def _get_name(self, entry):
        code = self._codes.get(entry.text)
        return clean_name(code.serial if code and code.names_part else entry.name)

    def find(self):
        """Return the :class:`SoldUnit` of each entry, None for one that names none, or several."""
        return [self._find(entry) for entry in self._entries]

    def _find(self, entry):
        serials = self._by_name.get(self._get_name(entry))
        if not serials:
            return None
        if entry.line:
            serials = serials.filtered(lambda lot: lot.product_id == entry.line.product_id)
        else:
            code = self._codes[entry.text]
            serials = serials.filtered_domain(serials._get_scanned_domain(code))
            here = self._picking._get_prompted().serial_line_ids.product_id
            serials = serials.filtered(lambda lot: lot.product_id in here) or serials
        if len(serials) != 1:
            return None
        return SoldUnit(serials, self._deliveries[serials], entry.line, entry.text)


def ask_return(delivery, serials):
    """Return the question whether units come back from a customer.

    :param delivery: the transfer that took them there
    :param serials: their serial numbers
    """
    env = delivery.env
    names = serials.mapped("name")
    shown = names[:MOST_NAMED]
    if left := len(names) - len(shown):
        shown.append(env._("%(count)s more", count=left))
    facts = {
        "serials": format_list(env, shown),
        "delivery": delivery.name,
        "customer": filter_readable(delivery.partner_id).display_name,
    }
    match len(names) > 1, bool(facts["customer"]):
        case False, True:
            return env._(
                "%(serials)s was delivered to %(customer)s with %(delivery)s. Is it a return?",
                **facts,
            )
        case False, False:
            return env._("%(serials)s was delivered with %(delivery)s. Is it a return?", **facts)
        case True, True:
            return env._(
                "%(serials)s were delivered to %(customer)s with %(delivery)s. Are they returns?",
                **facts,
            )
        case _several:
            return env._("%(serials)s were delivered with %(delivery)s. Are they returns?", **facts)

"""Which part a serial number is meant for, on a transfer of several."""

from odoo.tools.i18n import format_list

#: The statuses of an entry whose serial number was given to a unit.
GIVEN = ("assigned", "known")
#: How many serial numbers a message names; the others it counts.
MOST_NAMED = 3


class MeantPart:
    """The share of the desk that finds the part of a serial number, and says what stands there
    instead; see :class:`~.serial_desk.SerialDesk` for what it knows."""

    def _find_usable_parts(self, serial):
        """Return the parts that have *serial*, and may use it on this transfer."""
        if serial not in self._known_parts:
            return self.products.browse()
        return self._known_parts[serial].filtered(
            lambda product: self.judge(product, serial)[0] in GIVEN
        )

    def _find_lines(self, serial, usable):
        """Return the lines of this transfer that have *serial* already: of the part that is at
        hand; of any, where no unit that waits for it can be meant."""
        if line := self._on_transfer.get((self.product, serial)):
            return line
        lines = self.env["stock.move.line"]
        if usable.filtered(self._has_unit) or self._takes_anything():
            return lines
        parts = (product for product in self.products if (product, serial) in self._on_transfer)
        return lines.union(*(self._on_transfer[product, serial] for product in parts))

    def _find_parts(self, usable):
        """Return the part that a serial number is meant for; several, where that has to be asked.

        :param usable: the parts that have this serial number, and may use it
        """
        parts = usable.filtered(self._has_unit) or usable
        if self.product in parts:
            return self.product if self._is_chosen else parts
        if self._takes_anything():
            return self.product
        return parts or self.product or (self.products if len(self.products) == 1 else parts)

    def _takes_anything(self):
        """Tell whether any serial number is meant for the part at hand, as it is on a way in."""
        return not self._from_stock and self._has_unit(self.product)

    def _has_unit(self, product):
        """Tell whether a unit of *product* waits for its serial number."""
        queue = self._waiting[product]
        while queue and queue[0] in self._given:
            queue.popleft()
        return bool(queue)

    def _explain_duplicate(self, lines):
        if len(self.products) == 1:
            return self.env._(
                "is on this transfer already, in %(location)s.",
                location=self._get_place(lines).display_name,
            )
        if len(lines) == 1:
            return self.env._(
                "is on this transfer already (%(part)s), in %(location)s.",
                part=lines.product_id.display_name,
                location=self._get_place(lines).display_name,
            )
        places = [
            f"{self._get_place(line).display_name} ({line.product_id.display_name})"
            for line in lines
        ]
        return self.env._(
            "is on this transfer already, in %(places)s.", places=format_list(self.env, places)
        )

    def _explain_other_part(self, product):
        return self.env._("is a serial number of %(part)s.", part=product.display_name)

    def _ask_part(self, parts):
        return self.env._(
            "is a serial number of %(parts)s. Scan the part's barcode first, or choose it "
            "under Part.",
            parts=format_list(self.env, parts.mapped("display_name")),
        )

    def _explain_reserved(self, product, serial):
        """Return how *serial*, which stands here, takes the place of another one."""
        names = [name for part, name in self._on_transfer if part == product]
        shown = names[:MOST_NAMED]
        if left := len(names) - len(shown):
            shown.append(self.env._("%(count)s more", count=left))
        reserved = format_list(self.env, shown)
        if len(names) == 1:
            return self.env._(
                "%(reserved)s is reserved for this transfer. To take %(serial)s instead, choose "
                "it in the row of %(reserved)s.",
                reserved=reserved,
                serial=serial,
            )
        return self.env._(
            "%(reserved)s are reserved for this transfer. To take %(serial)s instead of one of "
            "them, choose it in the row of that one.",
            reserved=reserved,
            serial=serial,
        )

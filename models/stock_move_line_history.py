"""A move as an entry in the history of a unit."""

from odoo import models

from .readable import ReadableNames


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _prepare_serial_history(self):
        """Return ``{id: {"kind", "text", "document", "user"}}`` of these lines, which the user may
        read, see ``stock.lot.get_serial_history``."""
        # What kind of move it was is for all who may read its line; the records that it
        # names are checked.
        lines = self.sudo()
        names = ReadableNames(
            record for line in lines for record in line._list_serial_history_records()
        )
        opened = {}
        for line in lines:
            for document in line._list_history_documents():
                if document._name not in opened:
                    opened[document._name] = self.env["stock.lot"]._can_open_form(document._name)
        return {line.id: line._prepare_history_entry(names, opened) for line in lines}

    def _prepare_history_entry(self, names, opened):
        kind, text = self._describe_in_history(names)
        documents = [
            document
            for document in self._list_history_documents()
            if document in names and opened[document._name]
        ]
        return {
            "kind": kind,
            "text": text,
            "document": {
                "model": documents[0]._name,
                "id": documents[0].id,
                "name": documents[0].name,
            }
            if documents
            else False,
            "user": names.get(self.write_uid, False),
        }

    def _list_history_documents(self):
        """Return the documents of this line: the one that people know it by, and its transfer."""
        return [
            document
            for document in (self.move_id._get_serial_document(), self.picking_id)
            if document
        ]

    def _list_serial_history_records(self):
        """Return the records that the history may name."""
        return [
            *self._list_history_documents(),
            *(self.location_id, self.location_dest_id, self.package_id, self.result_package_id),
            *(self.owner_id, self._get_history_vendor(), self._get_history_customer()),
            *(self._get_other_part(), self.write_uid),
        ]

    def _get_history_vendor(self):
        return self.picking_id.partner_id or self.move_id.purchase_line_id.order_id.partner_id

    def _get_history_customer(self):
        # Of a drop shipment, the transfer's partner is the vendor.
        return self.move_id.partner_id or self.picking_id.partner_id

    def _get_optional(self, field):
        """Return the value of a *field* of the move that another app adds; False without it."""
        return field in self.move_id._fields and self.move_id[field]

    def _get_other_part(self):
        """Return the part that this unit was built into, or taken out of."""
        document = self._get_unbuild() or self._get_optional("repair_id")
        document = document or self._get_optional("raw_material_production_id")
        return document.product_id if document else self.env["product.product"]

    def _get_unbuild(self):
        return self._get_optional("unbuild_id") or self._get_optional("consume_unbuild_id")

    def _describe_in_history(self, names):
        """Return the kind and the text of this line's entry."""
        if self.state != "done":
            return self._describe_open(names)
        return self._describe_work(names) or self._describe_way(names)

    def _describe_open(self, names):
        document = next(filter(names.__contains__, self._list_history_documents()), None)
        if self.location_id.usage in ("internal", "transit"):
            text = self.env._("Reserved")
            if document:
                text = self.env._("Reserved for %(document)s", document=document.name)
            return "reserved", text
        text = self.env._("Expected")
        if document:
            text = self.env._("Expected on %(document)s", document=document.name)
        return "expected", text

    def _describe_work(self, names):
        """Return the kind and text of what was done with the unit besides moving it; None if
        nothing was."""
        move = self.move_id
        part = names.get(self._get_other_part(), self.env._("another unit"))
        if move.is_serial_correction:
            return "corrected", self.env._("Came back without a return")
        if move.scrap_id:
            return "scrapped", self.env._("Scrapped")
        if move.is_serialize:
            location = self._name_end(self.location_dest_id, names)
            return "serialized", self.env._("Serialized in %(location)s", location=location)
        if self._get_unbuild() and self.location_dest_id.usage == "production":
            return "unbuilt", self.env._("Taken apart")
        if self._get_optional("repair_id") and not move.repair_line_type:
            return "repaired", self.env._("Repaired")
        if self._get_unbuild() or self._get_optional("repair_line_type") in ("remove", "recycle"):
            return "removed", self.env._("Taken out of %(part)s", part=part)
        if self._get_other_part():
            return "consumed", self.env._("Built into %(part)s", part=part)
        return None

    def _describe_way(self, names):
        """Return the kind and text of where the unit went."""
        start, end = self.location_id, self.location_dest_id
        vendor = names.get(self._get_history_vendor(), self.env._("a vendor"))
        customer = names.get(self._get_history_customer(), self.env._("a customer"))
        into = self._name_position(names)
        match start.usage, end.usage:
            case "supplier", "customer":
                text = self.env._(
                    "Delivered to %(customer)s by %(vendor)s", customer=customer, vendor=vendor
                )
                return "delivered", text
            case _, "customer":
                return "delivered", self.env._("Delivered to %(customer)s", customer=customer)
            case "customer", "supplier":
                text = self.env._(
                    "Returned to %(vendor)s by %(customer)s", vendor=vendor, customer=customer
                )
                return "returned", text
            case _, "supplier":
                return "returned", self.env._("Returned to %(vendor)s", vendor=vendor)
            case "supplier", _:
                text = self.env._(
                    "Received from %(vendor)s into %(location)s", vendor=vendor, location=into
                )
                return "received", text
            case "customer", _:
                text = self.env._(
                    "Returned by %(customer)s into %(location)s", customer=customer, location=into
                )
                return "returned", text
            case ("production", _) | (_, "production"):
                return self._describe_production(into)
            case ("inventory", _) | (_, "inventory"):
                return "counted", self._describe_count(names)
            case _:
                return "moved", self._describe_relocation(names)

    def _describe_production(self, into):
        if self.location_dest_id.usage == "production":
            return "consumed", self.env._("Consumed in production")
        return "produced", self.env._("Manufactured into %(location)s", location=into)

    def _describe_count(self, names):
        text = self.env._("Counted: found in %(location)s", location=self._name_position(names))
        if self.location_dest_id.usage == "inventory":
            location = self._name_end(self.location_id, names)
            text = self.env._("Counted: not in %(location)s any more", location=location)
        if reason := self.move_id.inventory_name:
            text = self.env._("%(text)s (%(reason)s)", text=text, reason=reason)
        return text

    def _describe_relocation(self, names):
        start = self._name_end(self.location_id, names, self.package_id)
        end = self._name_end(self.location_dest_id, names, self.result_package_id)
        if start == end:
            # Bins of two warehouses may have the same name.
            start, end = (
                names.get(location, start) for location in (self.location_id, self.location_dest_id)
            )
        return self.env._("Moved from %(start)s to %(end)s", start=start, end=end)

    def _name_position(self, names):
        """Return where the unit came: the bin, with its package and owner."""
        text = self._name_end(self.location_dest_id, names, self.result_package_id)
        if self.owner_id in names:
            owner = self.env._("owner %(owner)s", owner=self.owner_id.name)
            text = f"{text} ({owner})"
        return text

    def _name_end(self, location, names, package=None):
        """Return the name of a bin, without the locations above it, and of the package."""
        text = names.get(location, self.env._("a bin you don't have access to"))
        if location in names and location.location_id.usage == "internal":
            text = location.name
        if package and package in names:
            inside = self.env._("package %(package)s", package=package.name)
            text = f"{text} ({inside})"
        return text

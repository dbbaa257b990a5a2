from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.position import Position
from .readable import filter_readable, name_readable

#: The fields that Odoo itself writes, with all rights, when it moves units.
BOOKED = {
    *("product_id", "location_id", "lot_id", "package_id", "owner_id"),
    *("quantity", "reserved_quantity"),
}
#: Context key: the inventory moves belong to the correction of a serial number, if its value is
#: CORRECTING itself, which no client can send.
CORRECTION = "serialized_parts_correction"
CORRECTING = object()


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # For the Serial Check-up: serial numbers in several positions, or that are not one unit.
    _serial_places_index = models.Index("(lot_id) WHERE lot_id IS NOT NULL AND quantity > 0")
    _serial_odd_index = models.Index(
        "(location_id, lot_id) WHERE lot_id IS NOT NULL AND quantity NOT IN (0, 1)"
    )

    is_of_other_company = fields.Boolean(
        compute="_compute_is_of_other_company",
        compute_sudo=True,
        search="_search_is_of_other_company",
        help="A unit at a customer or vendor that another company had last.",
    )

    @api.depends("company_id", "lot_id.unit_company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_is_of_other_company(self):
        for quant in self:
            owner = quant.lot_id.unit_company_id
            quant.is_of_other_company = not quant.company_id and owner - self.env.companies

    @api.model
    def _search_is_of_other_company(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies = self.env.companies.ids
        # A join would slow down every read of the stock.
        others = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                (%s IS NULL AND EXISTS (SELECT FROM stock_lot lot
                                         WHERE lot.id = %s AND lot.unit_company_id != ALL(%s)))
                """,
                SQL.identifier(alias, "company_id", to_flush=model._fields["company_id"]),
                SQL.identifier(alias, "lot_id", to_flush=model._fields["lot_id"]),
                companies,
            )
        )
        return others if True in value else ~others

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            booked = [
                vals.get("product_id")
                for vals in vals_list
                if vals.get("quantity") or vals.get("reserved_quantity")
            ]
            self._check_booked_by_moves(self.env["product.product"].browse(booked))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and BOOKED & vals.keys():
            self._check_booked_by_moves(self.product_id)
        return super().write(vals)

    @api.model
    def _check_booked_by_moves(self, products):
        """:raise UserError: for parts with serial numbers, whose units only documents may move:
        Odoo lets warehouse users overwrite the books"""
        if parts := products.filtered("uses_serial_numbers"):
            raise UserError(
                self.env._(
                    "The stock of %(parts)s can't be changed directly. Count it in Inventory / "
                    "Operations / Physical Inventory, or move it with a transfer.",
                    parts=", ".join(parts.mapped("display_name")),
                )
            )

    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        # Odoo locks quants with all rights, too.
        if allow_referencing and "serial" in self.sudo().product_id.mapped("tracking"):
            return self[:limit]._wait_for_units()
        return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)

    def _wait_for_units(self):
        """Lock these quants, in the same order in all calls, and return them.

        This waits for what another call has locked, and Odoo retries this call if that was changed.
        Odoo alone skips it, and makes a second, negative quant of the same units.
        """
        self.env.execute_query(
            SQL(
                "SELECT FROM stock_quant WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", self.ids
            )
        )
        return self

    @api.model
    def _get_on_hand_domain(self):
        """Return the domain of the quants that are on hand: the locations that Odoo counts
        in ``stock.lot.product_qty``."""
        return Domain("location_id.usage", "=", "internal") | (
            Domain("location_id.usage", "=", "transit")
            & Domain("location_id.company_id", "!=", False)
        )

    def _with_correction(self, reason):
        """Return these quants, so that their inventory moves are a correction for this reason."""
        name = self.env._("Correction: %(reason)s", reason=reason)
        return self.with_company(self.company_id).with_context(
            **{"inventory_mode": True, "inventory_name": name, CORRECTION: CORRECTING}
        )

    def _adjust_for_correction(self, reason, serial):
        """Replace this unit with *serial*, of another part, by inventory adjustments."""
        self.ensure_one()
        unit = self._with_correction(reason)
        other = unit.create(
            {
                "product_id": serial.product_id.id,
                "location_id": self.location_id.id,
                "lot_id": serial.id,
                "package_id": self.package_id.id,
                "owner_id": self.owner_id.id,
                "inventory_quantity": 1,
            }
        )
        unit.inventory_quantity = 0
        for quant in (other, unit):
            quant._apply_inventory()

    def _remove_serial(self, reason):
        """Remove the serial number of this unit, which stays in its position, with the same date.

        :return: the inventory move that shows it
        """
        self.ensure_one()
        unit, serial, in_date = self._with_correction(reason), self.lot_id, self.in_date
        unit.move_quants(message=unit.env.context["inventory_name"])
        for quantity, lot in ((-1, serial), (1, serial.browse())):
            self._update_available_quantity(
                self.product_id,
                self.location_id,
                quantity,
                lot_id=lot,
                package_id=self.package_id,
                owner_id=self.owner_id,
                in_date=in_date,
            )
        lines = self.env["stock.move.line"].search(
            [("lot_id", "=", serial.id), ("state", "=", "done")], order="id desc", limit=1
        )
        return lines.move_id

    def _prepare_removal(self, units):
        """Return the values of the move that removes *units* that are here only in the books."""
        self.ensure_one()
        loss = self.product_id.with_company(self.env.company).property_stock_inventory
        values = self._get_inventory_move_values(
            units, self.location_id, loss, package_id=self.package_id
        )
        name = self.env._("%(serial)s came back without a return", serial=self.lot_id.name)
        return {**values, "inventory_name": name, "is_serial_correction": True}

    def _describe_locations(self):
        """Return the names of these quants' bins that the user may see, as text."""
        return name_readable(self.location_id, self.env._("a bin you don't have access to"))

    def _describe_position(self):
        """Return the name of this quant's bin, with its package and owner, as text."""
        self.ensure_one()
        inside = []
        if package := filter_readable(self.package_id):
            inside.append(self.env._("package %(package)s", package=package.name))
        if owner := filter_readable(self.owner_id):
            inside.append(self.env._("owner %(owner)s", owner=owner.name))
        bin_name = self.location_id.display_name
        return f"{bin_name} ({', '.join(inside)})" if inside else bin_name

    def _get_serialize_type(self):
        """Return the operation type that gives this quant's units their serial number: that of its
        warehouse, or if it is in none, of the company's first."""
        self.ensure_one()
        warehouse = self.location_id.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return warehouse._get_serialize_type()

    def _sum_by_position(self):
        """Return ``{quant: units}``: one quant for each position, and how many units are there,
        which may be negative.

        Odoo books a position in several quants if it could not wait for another call: the units
        that are there are their sum.
        """
        groups = self.filtered("quantity").grouped(
            lambda quant: (quant.product_id, quant.lot_id, Position.of(quant))
        )
        sums = {
            max(quants, key=lambda quant: quant.quantity): sum(quants.mapped("quantity"))
            for quants in groups.values()
        }
        return {
            quant: units for quant, units in sums.items() if not quant.product_uom_id.is_zero(units)
        }

    @api.model
    def _get_present_domain(self):
        """Return the domain of the quants whose units are there, not booked out by another quant
        of the same position, see :meth:`_sum_by_position`."""
        return Domain("quantity", ">", 0) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                NOT EXISTS (SELECT FROM stock_quant below
                             WHERE below.lot_id = %(quant)s.lot_id
                               AND below.location_id = %(quant)s.location_id
                               AND below.package_id IS NOT DISTINCT FROM %(quant)s.package_id
                               AND below.owner_id IS NOT DISTINCT FROM %(quant)s.owner_id
                               AND below.quantity <= -%(quant)s.quantity)
                """,
                quant=SQL.identifier(alias),
            )
        )

    def _filter_present(self):
        """Return one of these quants for each position that has units, see
        :meth:`_sum_by_position`."""
        present = [quant.id for quant, units in self._sum_by_position().items() if units > 0]
        return self.browse(present)

    def _find_reserving_lines(self):
        """Return the move lines that reserve units of this quant, the oldest first."""
        self.ensure_one()
        return self.env["stock.move.line"].search(
            [
                ("state", "not in", ("draft", "done", "cancel")),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("location_id", "=", self.location_id.id),
                ("package_id", "=", self.package_id.id),
                ("owner_id", "=", self.owner_id.id),
                ("quantity_product_uom", ">", 0),
            ],
            order="id",
        )

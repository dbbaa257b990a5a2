from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.stock.models.stock_lot import PY_OPERATORS


class ProductProduct(models.Model):
    """A part: its serial numbers, and its unserialized units."""

    _name = "product.product"
    # The answer fields are those of its product.template.
    _inherit = [
        "product.product",
        "serialized_parts.answer.fields",
        "serialized_parts.part.serials",
    ]

    serial_ids = fields.One2many("stock.lot", "product_id", "Serial Numbers")
    serial_edits = fields.Json(
        "Edited Serial Numbers",
        store=False,
        copy=False,
        exportable=False,
        inverse="_inverse_serial_edits",
        help="Edits of the part's serial numbers, saved with the part.",
    )
    serial_count = fields.Integer(
        "Serials On Hand", compute="_compute_serial_quantities", compute_sudo=False
    )
    unserialized_quantity = fields.Float(
        "Units Without Serial Number",
        compute="_compute_serial_quantities",
        compute_sudo=False,
        search="_search_unserialized_quantity",
        digits="Product Unit",
        help="Units on hand that have no serial number, in the part's unit of measure.",
    )
    missing_quantity = fields.Float(
        "Negative Stock",
        compute="_compute_serial_quantities",
        compute_sudo=False,
        digits="Product Unit",
        help="Units that left before they came in: negative stock, without serial numbers.",
    )

    @api.depends("tracking", "stock_quant_ids.quantity", "stock_quant_ids.lot_id")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_serial_quantities(self):
        tracked = self.filtered(lambda product: product.tracking == "serial")
        quantities = tracked._read_on_hand()
        for product in self:
            serials, unserialized, missing = quantities.get(product._origin.id, (0, 0.0, 0.0))
            product.serial_count = serials
            product.unserialized_quantity = unserialized
            product.missing_quantity = missing

    def _inverse_serial_edits(self):
        """Write the edits of these variants' serial numbers, see ``stock.lot._apply_edits``."""
        for product in self:
            self.env["stock.lot"]._apply_edits(product, product.serial_edits)
        self.invalidate_recordset(["serial_edits"], flush=False)

    @api.onchange("tracking")
    def _onchange_tracking(self):
        # Odoo's warning sends people to an inventory adjustment; here the form itself shows
        # how many units are unserialized, beside the button that assigns serial numbers.
        others = self.filtered(lambda product: product.tracking != "serial")
        return super(ProductProduct, others)._onchange_tracking()

    def _read_on_hand(self):
        """Return ``{product id: (serials, unserialized units, negative units)}`` of what the user's
        companies have on hand, summed for each position (bin, package, owner), see
        ``stock.quant._sum_by_position``. Negative units are returned as a positive number."""
        if not self._origin:
            return {}
        quants = self.env["stock.quant"]
        names = ("product_id", "lot_id", "location_id", "package_id", "owner_id", "quantity")
        quants.flush_model(names)
        query = quants._search(
            self._get_on_hand_domain() & Domain("product_id", "in", self._origin.ids)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id,
                       count(DISTINCT lot_id) FILTER (WHERE units > 0),
                       coalesce(sum(units) FILTER (WHERE lot_id IS NULL AND units > 0), 0),
                       coalesce(-sum(units) FILTER (WHERE lot_id IS NULL AND units < 0), 0)
                  FROM (SELECT product_id, lot_id, round(sum(quantity)::numeric, 6) AS units
                          FROM (%s) AS quant
                      GROUP BY product_id, lot_id, location_id, package_id, owner_id) AS position
              GROUP BY product_id
                """,
                query.select(*(SQL.identifier(query.table, name) for name in names)),
            )
        )
        return {
            product: (serials, float(unserialized), float(missing))
            for product, serials, unserialized, missing in rows
        }

    @api.model
    def _get_on_hand_domain(self):
        """Return the domain of the quants on hand of the user's companies."""
        return (
            self.env["stock.quant"]._get_on_hand_domain()
            & Domain("quantity", "!=", 0)
            & Domain("company_id", "in", self.env.companies.ids)
        )

    @api.model
    def _search_unserialized_quantity(self, operator, value):
        return self._find_by_unserialized_quantity("product_id", Domain.TRUE, operator, value)

    @api.model
    def _find_by_unserialized_quantity(self, group, domain, operator, value):
        """Return the domain of the records whose ``unserialized_quantity`` compares to *value*
        by *operator*, or ``NotImplemented``.

        :param str group: the path from a quant to the record
        :param Domain domain: the quants that count
        """
        compare = PY_OPERATORS.get(operator)
        if not compare:
            return NotImplemented
        positions = self.env["stock.quant"]._read_group(
            self._get_on_hand_domain()
            & Domain("lot_id", "=", False)
            & Domain("product_id.tracking", "=", "serial")
            & domain,
            [group, "location_id", "package_id", "owner_id"],
            ["quantity:sum"],
        )
        quantities = Counter()
        for record, *_position, units in positions:
            quantities[record] += max(units, 0)
        found = [record.id for record, quantity in quantities.items() if compare(quantity, value)]
        if not compare(0, value):
            return Domain("id", "in", found)
        others = [record.id for record in quantities]
        return Domain("id", "in", found) | Domain("id", "not in", others)

    def action_assign_serials(self):
        """Open the transfer on which this variant's units get their serial numbers.

        :return: the window action, see ``product.template.action_assign_serials``
        """
        return self.env["stock.picking"]._action_serialize(self)

    def _get_unserialized_units(self):
        """Return ``{quant: units}`` of these parts' unserialized units in stock, see
        ``stock.quant._sum_by_position``."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.filtered("uses_serial_numbers").ids),
                ("location_id.usage", "=", "internal"),
                ("lot_id", "=", False),
                ("quantity", "!=", 0),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="location_id, id",
        )
        return {quant: units for quant, units in quants._sum_by_position().items() if units > 0}

    def _explain_other_part(self, product):
        """Return why a unit of this part can't become a unit of *product*; an empty text if it
        can."""
        self.ensure_one()
        if not product or product == self:
            return self.env._("Choose another part.")
        if product.tracking != "serial":
            return self.env._(
                "%(part)s doesn't use serial numbers. Tick 'Uses Serial #s' there first.",
                part=product.display_name,
            )
        if product.part_type_id != self.part_type_id:
            return self.env._(
                "%(part)s has another part type (%(type)s, not %(own)s), with other custom fields. "
                "Choose a part of the same type.",
                part=product.display_name,
                type=product.part_type_id.display_name,
                own=self.part_type_id.display_name,
            )
        return ""

from collections import defaultdict

from odoo import models

from ..tools.position import Position


class StockMoveLine(models.Model):
    """The cost of the unserialized units that lines use up, for parts that are valued by serial
    number."""

    _inherit = "stock.move.line"

    def _find_unserialized_costs(self):
        """Return ``{line id: cost}`` of the lines, about to be done, that move unserialized units
        out of stock, or give them their serial number."""
        products = self.product_id._filter_valued_by_serial()
        if not products:
            return {}
        lines = self.filtered(
            lambda line: (
                line.product_id in products
                and line.quantity
                and line.location_id._should_be_valued()
            )
        )
        units = lines._find_unserialized_units()
        # Another owner's units are worth nothing to us.
        consigned = units.filtered(lambda line: line._should_exclude_for_valuation())
        costs = dict.fromkeys(consigned.ids, 0.0)
        for (product, company), its_lines in (units - consigned).grouped(_get_part).items():
            # Warehouse users may not see costs.
            product = product.sudo().with_company(company)
            counts = [round(line.quantity_product_uom) for line in its_lines]
            unit_costs = iter(product._list_unserialized_costs(sum(counts)))
            for line, count in zip(its_lines, counts, strict=True):
                costs[line.id] = sum(next(unit_costs) for _unit in range(count))
        return costs

    def _find_unserialized_units(self):
        """Return the lines whose units are unserialized in stock, the oldest unit first."""
        known = self._find_known_serials()
        lots = {line: line.lot_id or known.get((line.product_id, line.lot_name)) for line in self}
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
                ("quantity", "!=", 0),
            ]
        )
        present = quants._filter_present()
        there = {(Position.of(quant), quant.lot_id) for quant in present if quant.lot_id}
        unserialized, dates = defaultdict(float), {}
        for quant in quants.filtered(lambda quant: not quant.lot_id):
            key = (quant.product_id, Position.of(quant))
            unserialized[key] += quant.quantity
            dates[key] = quant.in_date
        found = self.browse()
        for line in self:
            key = (line.product_id, Position.of(line))
            serial = line.lot_name or line.lot_id
            leaves = not line.location_dest_id._should_be_valued()
            if (serial or leaves) and (key[1], lots[line]) not in there and unserialized[key] > 0:
                unserialized[key] -= line.quantity_product_uom
                found |= line
        return found.sorted(lambda line: (dates[line.product_id, Position.of(line)], line.id))

    def _get_cost_difference(self, costs):
        """Return by how much Odoo undervalues the unserialized units on these lines.

        :param costs: see :meth:`_find_unserialized_costs`
        """
        return sum(
            costs[line.id]
            - (line.lot_id or line.product_id).standard_price * line.quantity_product_uom
            for line in self
            if line.id in costs
        )

    def _book_unserialized_costs(self, costs):
        """Subtract the cost of these units from the value of the unserialized ones, and record what
        each serial number costs.

        :param costs: see :meth:`_find_unserialized_costs`
        """
        booked = self.filtered(lambda line: line.id in costs)
        for (product, company), lines in booked.grouped(_get_part).items():
            # Warehouse users may not write parts.
            product = product.sudo().with_company(company)
            product.unserialized_value -= sum(costs[line.id] for line in lines)
            serials = {
                line.lot_id.with_env(product.env): costs[line.id]
                for line in lines.filtered("lot_id")
            }
            if serials:
                self.env["stock.lot"].with_env(product.env)._record_costs(serials)


def _get_part(line):
    return line.product_id, line.company_id

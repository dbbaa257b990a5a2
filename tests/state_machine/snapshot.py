"""What the database has of the yard's serial numbers at one moment, read by SQL alone."""

from collections import Counter, defaultdict

#: Done lines move units; a Serialize line, from a bin to the same bin, names one; a correction
#: from a bin to the same bin takes a name back.
FLOWS = """
    SELECT line.product_id, line.lot_id, line.location_dest_id, line.result_package_id,
           line.owner_id, line.quantity_product_uom, 'move'
      FROM stock_move_line line
     WHERE line.state = 'done' AND line.product_id IN %(parts)s
     UNION ALL
    SELECT line.product_id, line.lot_id, line.location_id, line.package_id, line.owner_id,
           -line.quantity_product_uom, 'move'
      FROM stock_move_line line
     WHERE line.state = 'done' AND line.product_id IN %(parts)s
     UNION ALL
    SELECT line.product_id, line.lot_id, line.location_id, line.package_id, line.owner_id,
           CASE WHEN move.is_serial_correction THEN -line.quantity_product_uom
                ELSE line.quantity_product_uom END,
           'name'
      FROM stock_move_line line
      JOIN stock_move move ON move.id = line.move_id
      LEFT JOIN stock_picking_type kind ON kind.id = move.picking_type_id
      LEFT JOIN stock_warehouse warehouse ON warehouse.serialize_type_id = kind.id
     WHERE line.state = 'done' AND line.product_id IN %(parts)s AND line.lot_id IS NOT NULL
           AND line.location_id = line.location_dest_id
           AND line.package_id IS NOT DISTINCT FROM line.result_package_id
           AND (move.is_serial_correction OR warehouse.id IS NOT NULL)
"""
QUANTS = """
    SELECT quant.product_id, quant.lot_id, quant.location_id, quant.package_id, quant.owner_id,
           sum(quant.quantity), sum(quant.reserved_quantity)
      FROM stock_quant quant
     WHERE quant.product_id IN %(parts)s
  GROUP BY 1, 2, 3, 4, 5
"""
RESERVING = """
    SELECT line.product_id, line.lot_id, line.location_id, line.package_id, line.owner_id,
           sum(line.quantity_product_uom),
           coalesce(sum(line.quantity_product_uom) FILTER (WHERE line.picked), 0)
      FROM stock_move_line line
      JOIN stock_move move ON move.id = line.move_id
      LEFT JOIN stock_warehouse warehouse ON warehouse.serialize_type_id = move.picking_type_id
     WHERE line.state NOT IN ('done', 'cancel') AND line.product_id IN %(parts)s
           AND warehouse.id IS NULL
  GROUP BY 1, 2, 3, 4, 5
"""
LOTS = """
    SELECT lot.id, lot.product_id, lot.name, lot.company_id, lot.source, lot.used_on,
           lot.serial_answers, lot.corrected_from_id
      FROM stock_lot lot WHERE lot.product_id IN %(parts)s
"""
OPEN_LINES = """
    SELECT line.id, line.product_id, line.lot_name, line.lot_id, line.serial_answers
      FROM stock_move_line line
     WHERE line.state NOT IN ('done', 'cancel') AND line.product_id IN %(parts)s
           AND line.serial_answers IS NOT NULL
"""
#: Each serial number's done lines with the name of their document, oldest line first.
HISTORY = """
    SELECT line.lot_id, line.company_id,
           coalesce(scrap.name, purchase.name, picking.name, move.reference),
           source.usage IN ('internal', 'transit'), target.usage
      FROM stock_move_line line
      JOIN stock_move move ON move.id = line.move_id
      JOIN stock_location source ON source.id = line.location_id
      JOIN stock_location target ON target.id = line.location_dest_id
      LEFT JOIN stock_scrap scrap ON scrap.id = move.scrap_id
      LEFT JOIN stock_picking picking ON picking.id = move.picking_id
      LEFT JOIN purchase_order_line item ON item.id = move.purchase_line_id
      LEFT JOIN purchase_order purchase ON purchase.id = item.order_id
     WHERE line.state = 'done' AND line.product_id IN %(parts)s AND line.lot_id IS NOT NULL
           AND line.quantity_product_uom > 0 AND move.is_serial_correction IS NOT TRUE
  ORDER BY line.date, line.id
"""
REFUSED = """
    SELECT coalesce(string_agg(serial_entry_refused::text, ' '), '') FROM stock_picking
"""
FLAGS = """
    SELECT variant.id, part.serials_started, part.tracking, part.is_storable
      FROM product_template part
      JOIN product_product variant ON variant.product_tmpl_id = part.id
     WHERE variant.id IN %(parts)s
"""


class Snapshot:
    """The yard at one moment.

    :ivar stocked, reserved, moved, named, reserving: Counters by ``(product, lot, location, package,
        owner)``, ids or None: units in quants, reserved of them, brought by done lines, named in
        their position by Serialize lines, reserved by open lines
    :ivar picked: what is reserved by lines that are picked, which Odoo leaves alone
    :ivar lots: ``{id: {"product", "name", "company", "source", "used_on", "answers", "before"}}``
    :ivar open_answers: ``{line id: (product, name, answers)}`` of open lines
    :ivar history: ``{lot id: [(company, document, leaves stock, usage of the target)]}``
    :ivar refused: the text of everything that entry boxes refused
    :ivar flags: ``{product id: (serials_started, tracking, is_storable)}``
    """

    def __init__(self, yard):
        self._cr, self._parameters = yard.env.cr, {"parts": tuple(yard.parts.ids)}
        yard.env.flush_all()
        self._read_quantities()
        self._read_lots()
        self.open_answers = {
            line: (product, name or self.lots.get(lot, {}).get("name"), answers)
            for line, product, name, lot, answers in self._query(OPEN_LINES)
        }
        self.history = defaultdict(list)
        for lot, *entry in self._query(HISTORY):
            self.history[lot].append(entry)
        [(self.refused,)] = self._query(REFUSED)
        self.flags = {product: tuple(flags) for product, *flags in self._query(FLAGS)}

    def _query(self, sql):
        self._cr.execute(sql, self._parameters)
        return self._cr.fetchall()

    def _read_quantities(self):
        self.stocked, self.reserved = Counter(), Counter()
        for *key, units, reserved in self._query(QUANTS):
            self.stocked[tuple(key)] = round(units or 0, 4)
            self.reserved[tuple(key)] = round(reserved or 0, 4)
        self.moved, self.named = Counter(), Counter()
        for *key, units, kind in self._query(FLOWS):
            (self.moved if kind == "move" else self.named)[tuple(key)] += units
        self.reserving, self.picked = Counter(), Counter()
        for *key, units, picked in self._query(RESERVING):
            self.reserving[tuple(key)] = round(units, 4)
            self.picked[tuple(key)] = round(picked, 4)

    def _read_lots(self):
        names = ("product", "name", "company", "source", "used_on", "answers", "before")
        self.lots = {
            id_: dict(zip(names, values, strict=True)) for id_, *values in self._query(LOTS)
        }

    def get_serials(self):
        """Return ``{lot id: lot}`` of the parts that use serial numbers now."""
        return {
            id_: lot
            for id_, lot in self.lots.items()
            if self.flags[lot["product"]][1:] == ("serial", True)
        }

    def get_positions(self, lot, locations):
        """Return ``{(location, package, owner): units}`` of a serial number in *locations*."""
        return {
            tuple(position): units
            for (_product, its_lot, *position), units in self.stocked.items()
            if its_lot == lot and units and position[0] in locations
        }

    def get_story(self, lot):
        """Return the history of a serial number with that of the earlier records of its unit."""
        records = []
        while lot in self.lots:
            records.append(lot)
            lot = self.lots[lot]["before"]
        return [entry for record in reversed(records) for entry in self.history[record]]

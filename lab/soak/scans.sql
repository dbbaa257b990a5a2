-- What must never be after two people scanned units, in addition to the books.

-- a unit on two open lines
SELECT format('%s of product %s: lines %s', lot.name, lot.product_id, array_agg(line.id))
    FROM stock_move_line line
    JOIN stock_lot lot ON lot.id = line.lot_id
   WHERE line.state NOT IN ('done', 'cancel', 'draft') AND line.quantity > 0
GROUP BY lot.id
  HAVING count(*) > 1;

-- a line scanned with another unit than its own
SELECT format('line %s of %s: %s of %s, scanned as %s', line.id, picking.name, line.quantity, lot.name,
              line.scanned_name)
  FROM stock_move_line line
  JOIN stock_picking picking ON picking.id = line.picking_id
  LEFT JOIN stock_lot lot ON lot.id = line.lot_id
 WHERE line.picked AND line.scanned_name IS NOT NULL AND line.state != 'cancel'
       AND (line.quantity != 1 OR line.scanned_name IS DISTINCT FROM coalesce(lot.name, line.lot_name));

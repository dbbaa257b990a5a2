-- What must never be, whatever happened. Each query returns a text for each wrong row; its comment is the rule.

-- two serial numbers with one name
SELECT format('%s of product %s', lot.name, lot.product_id)
  FROM stock_lot lot
  JOIN stock_lot duplicate
    ON duplicate.product_id = lot.product_id AND duplicate.name = lot.name AND duplicate.id > lot.id
   AND (duplicate.company_id = lot.company_id OR lot.company_id IS NULL
        OR duplicate.company_id IS NULL);

-- a serial number that is not one unit in one location
SELECT format('%s: %s in %s locations', max(lot.name), sum(quant.quantity), count(*))
    FROM stock_quant quant
    JOIN stock_lot lot ON lot.id = quant.lot_id
    JOIN stock_location location ON location.id = quant.location_id
    JOIN product_product variant ON variant.id = quant.product_id
    JOIN product_template part ON part.id = variant.product_tmpl_id
   WHERE location.usage IN ('internal', 'transit') AND part.tracking = 'serial'
         AND quant.quantity != 0
GROUP BY quant.lot_id
  HAVING count(*) > 1 OR sum(quant.quantity) != 1;

-- the stock of a location is not what came in, went out and got a serial number there
SELECT format('product %s, lot %s, location %s, package %s, owner %s: %s on hand, %s by the lines',
              product_id, lot_id, location_id, package_id, owner_id, on_hand, moved)
  FROM (SELECT book.*, sum(on_hand - moved) OVER (PARTITION BY product_id, location_id, package_id, owner_id)
                       AS difference
          FROM (SELECT flow.product_id, flow.lot_id, flow.location_id, flow.package_id, flow.owner_id,
                       round(sum(on_hand)::numeric, 4) AS on_hand, round(sum(moved)::numeric, 4) AS moved
                  FROM (SELECT product_id, lot_id, location_id, package_id, owner_id, quantity AS on_hand,
                               0 AS moved
                          FROM stock_quant
                         UNION ALL
                        SELECT product_id, lot_id, location_dest_id, result_package_id, owner_id, 0,
                               quantity_product_uom
                          FROM stock_move_line WHERE state = 'done'
                         UNION ALL
                        SELECT product_id, lot_id, location_id, package_id, owner_id, 0, -quantity_product_uom
                          FROM stock_move_line WHERE state = 'done'
                         UNION ALL
                        -- a Serialize line gives a unit its serial number, a correction within a bin
                        -- takes it back: the number of units stays the same
                        SELECT line.product_id, part.lot_id, line.location_id, line.package_id, line.owner_id,
                               0, part.sign * CASE WHEN move.is_serial_correction THEN -1 ELSE 1 END
                                            * line.quantity_product_uom
                          FROM stock_move_line line
                          JOIN stock_move move ON move.id = line.move_id
                     LEFT JOIN stock_warehouse warehouse ON warehouse.serialize_type_id = move.picking_type_id
                    CROSS JOIN LATERAL (VALUES (line.lot_id, 1), (NULL, -1)) AS part(lot_id, sign)
                         WHERE line.state = 'done' AND line.location_id = line.location_dest_id
                               AND line.package_id IS NOT DISTINCT FROM line.result_package_id
                               AND (warehouse.id IS NOT NULL OR move.is_serial_correction)) AS flow
                  JOIN stock_location location ON location.id = flow.location_id
                 WHERE location.usage IN ('internal', 'transit')
              GROUP BY flow.product_id, flow.lot_id, flow.location_id, flow.package_id, flow.owner_id)
               AS book) AS book
 -- a unit may get its serial number on the document that it leaves by: an unserialized unit leaves then
 WHERE difference != 0 OR (lot_id IS NOT NULL AND on_hand < moved);

-- Source or Used On is not the first or the last document
SELECT format('%s, company %s: %s and %s, by the lines %s and %s', lot.name, story.company_id,
              lot.source->>story.company_id::text, lot.used_on->>story.company_id::text,
              story.first, story.last)
  FROM (SELECT line.lot_id, line.company_id,
               (array_agg(coalesce(scrap.name, counted.name, purchase.name, picking.name, move.reference)
                          ORDER BY line.date, line.id))[1] AS first,
               CASE WHEN count(*) > 1
                    THEN (array_agg(coalesce(scrap.name, counted.name, purchase.name, picking.name, move.reference)
                                    ORDER BY line.date DESC, line.id DESC))[1] END AS last
          FROM stock_move_line line
          JOIN stock_move move ON move.id = line.move_id
     LEFT JOIN stock_scrap scrap ON scrap.id = move.scrap_id
     LEFT JOIN serial_count counted ON counted.id = move.serial_count_id
     LEFT JOIN stock_picking picking ON picking.id = move.picking_id
     LEFT JOIN purchase_order_line item ON item.id = move.purchase_line_id
     LEFT JOIN purchase_order purchase ON purchase.id = item.order_id
         WHERE line.state = 'done' AND line.quantity_product_uom > 0
               AND move.is_serial_correction IS NOT TRUE
      GROUP BY line.lot_id, line.company_id) AS story
  JOIN stock_lot lot ON lot.id = story.lot_id
  JOIN product_product variant ON variant.id = lot.product_id
  JOIN product_template part ON part.id = variant.product_tmpl_id
 WHERE part.tracking = 'serial' AND lot.corrected_from_id IS NULL
       AND (lot.source->>story.company_id::text IS DISTINCT FROM story.first
            OR lot.used_on->>story.company_id::text IS DISTINCT FROM story.last);

-- a done line of a serial part without its serial number
SELECT format('line %s of %s', line.id, picking.name)
  FROM stock_move_line line
  JOIN stock_picking picking ON picking.id = line.picking_id
  JOIN product_product variant ON variant.id = line.product_id
  JOIN product_template part ON part.id = variant.product_tmpl_id
 WHERE line.state = 'done' AND part.tracking = 'serial' AND line.lot_id IS NULL;

-- a transfer that is only partly done
SELECT format('%s is %s, its move %s, its lines %s', picking.name, picking.state,
                move.state, array_agg(DISTINCT line.state))
    FROM stock_picking picking
    JOIN stock_move move ON move.picking_id = picking.id
    JOIN stock_move_line line ON line.move_id = move.id
GROUP BY picking.id, move.id
  HAVING bool_or((picking.state = 'done') != (move.state = 'done' AND line.state = 'done'))
         AND bool_or(line.state != 'cancel' AND move.state != 'cancel');

-- an order line whose received quantity is not that of its receipts
SELECT format('order line %s: %s received, %s by the moves', item.id,
                max(item.qty_received), coalesce(sum(move.quantity), 0))
    FROM purchase_order_line item
    LEFT JOIN stock_move move ON move.purchase_line_id = item.id AND move.state = 'done'
GROUP BY item.id
  HAVING max(item.qty_received) != coalesce(sum(move.quantity), 0);

-- a part with serial numbers that is not locked
SELECT format('product %s', part.id)
  FROM product_template part
 WHERE part.tracking = 'serial' AND part.serials_started IS NOT TRUE
       AND EXISTS (SELECT FROM stock_lot lot
                     JOIN product_product variant ON variant.id = lot.product_id
                    WHERE variant.product_tmpl_id = part.id);

-- the reserved quantity is not what open lines reserve
SELECT format('product %s, lot %s, location %s: %s reserved, %s by the lines',
                book.product_id, book.lot_id, book.location_id, sum(reserved), sum(reserving))
    FROM (SELECT product_id, lot_id, location_id, package_id, owner_id,
                 reserved_quantity AS reserved, 0 AS reserving
            FROM stock_quant
           UNION ALL
          SELECT line.product_id, line.lot_id, line.location_id, line.package_id, line.owner_id, 0,
                 line.quantity_product_uom
            FROM stock_move_line line
           WHERE line.state NOT IN ('done', 'cancel', 'draft')) AS book
    JOIN stock_location location ON location.id = book.location_id
   WHERE location.usage = 'internal'
GROUP BY book.product_id, book.lot_id, book.location_id, book.package_id, book.owner_id
  HAVING round(sum(reserved)::numeric, 4) != round(sum(reserving)::numeric, 4);

-- more units reserved than on hand
SELECT format('quant %s: %s reserved of %s', quant.id, quant.reserved_quantity,
              quant.quantity)
  FROM stock_quant quant
  JOIN stock_location location ON location.id = quant.location_id
 WHERE location.usage = 'internal' AND quant.lot_id IS NOT NULL
       AND quant.reserved_quantity > quant.quantity;

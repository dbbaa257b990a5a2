-- What must never be after two people met, in addition to the books.

-- negative stock of unserialized units
SELECT format('product %s in location %s: %s', quant.product_id, quant.location_id, sum(quant.quantity))
    FROM stock_quant quant
    JOIN stock_location location ON location.id = quant.location_id
   WHERE location.usage = 'internal' AND quant.lot_id IS NULL
GROUP BY quant.product_id, quant.location_id
  HAVING sum(quant.quantity) < 0;

-- a serial number with a document, but without a unit
SELECT format('%s of product %s', lot.name, lot.product_id)
  FROM stock_lot lot
 WHERE lot.active AND lot.source IS NOT NULL
       AND NOT EXISTS (SELECT FROM stock_quant quant WHERE quant.lot_id = lot.id AND quant.quantity > 0);

-- an archived serial number in stock
SELECT lot.name
  FROM stock_lot lot
  JOIN stock_quant quant ON quant.lot_id = lot.id
  JOIN stock_location location ON location.id = quant.location_id
 WHERE NOT lot.active AND location.usage = 'internal' AND quant.quantity != 0;

-- an answer without its custom field
SELECT format('%s: %s', lot.name, answer.key)
  FROM stock_lot lot, jsonb_object_keys(lot.serial_answers) AS answer(key)
 WHERE NOT EXISTS (SELECT FROM serial_question question WHERE question.key = answer.key);

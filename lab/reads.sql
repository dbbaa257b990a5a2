-- What years of Odoo without the addon leave: in the end, half of the serial numbers were delivered and the others are
-- in a third bin. Units come and go fifty at a time.

-- the bins
INSERT INTO stock_location (id, name, complete_name, location_id, parent_path, usage, active, company_id,
                            warehouse_id)
SELECT %(bin)s + n, 'B' || n, 'WH/Stock/B' || n, %(stock)s, %(stock_path)s || (%(bin)s + n) || '/',
       'internal', TRUE, %(company)s, %(warehouse)s
  FROM generate_series(0, 49) n;

-- the parts
INSERT INTO product_template (id, categ_id, uom_id, type, service_tracking, tracking, is_storable, name,
                              active, sale_ok, purchase_ok, purchase_method, list_price)
SELECT %(part)s + n, %(category)s, %(uom)s, 'consu', 'no', 'serial', TRUE,
       jsonb_build_object('en_US', 'Part ' || n), TRUE, TRUE, TRUE, 'receive', 100
  FROM generate_series(0, %(parts)s - 1) n;

-- their variants
INSERT INTO product_product (id, product_tmpl_id, active, combination_indices, default_code)
SELECT %(variant)s + n, %(part)s + n, TRUE, '', 'P' || n
  FROM generate_series(0, %(parts)s - 1) n;

-- unserialized units
INSERT INTO stock_quant (product_id, company_id, location_id, quantity, reserved_quantity, in_date)
SELECT %(variant)s + n, %(company)s, %(bin)s + n %% 50, 3, 0, now()
  FROM generate_series(1000, %(parts)s - 1, 10) n;

-- serial numbers
CREATE TEMPORARY TABLE serial AS
SELECT n, batch, batch %% 2 = 0 AS is_sold, %(lot)s + n AS lot, %(move)s + 3 * batch AS move,
       %(picking)s + 3 * batch AS picking, %(variant)s + part AS product,
       %(bin)s + batch %% 50 AS first, %(bin)s + (batch + 7) %% 50 AS second,
       CASE WHEN batch %% 2 = 0 THEN %(customers)s ELSE %(bin)s + (batch + 19) %% 50 END AS third
  FROM generate_series(0, %(serials)s - 1) n,
       LATERAL (SELECT CASE WHEN n < %(big)s THEN 0 WHEN n < %(big)s + %(small)s THEN 1
                            ELSE 2 + (n / 50) %% 198 END AS part,
                       n / 50 AS batch) of_part;

-- their lots
INSERT INTO stock_lot (id, product_id, company_id, location_id, name, create_date, create_uid, write_uid,
                       write_date)
SELECT lot, product, NULL, third, 'SN' || lpad(n::text, 8, '0'), now() - n * interval '1 minute', 1, 1, now()
  FROM serial;

-- their quants
INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity, reserved_quantity, in_date)
SELECT product, company, location, lot, quantity, 0, now()
  FROM serial, LATERAL (VALUES (NULL::int, %(suppliers)s, -1),
                               (CASE WHEN NOT is_sold THEN %(company)s END, third, 1)
                       ) quant(company, location, quantity);

-- purchase orders
INSERT INTO purchase_order (id, name, partner_id, company_id, currency_id, date_order, state, picking_type_id)
SELECT %(order)s + n, 'P' || lpad((%(order)s + n)::text, 5, '0'), %(vendor)s, %(company)s, %(currency)s,
       now(), 'purchase', %(in)s
  FROM generate_series(0, (%(serials)s - 1) / 500) n;

-- their lines
INSERT INTO purchase_order_line (id, order_id, product_id, name, product_qty, product_uom_id, price_unit,
                                 company_id)
SELECT DISTINCT ON (batch) %(order_line)s + batch, %(order)s + batch / 10, product, 'Part', 50, %(uom)s, 100,
       %(company)s
  FROM serial;

-- transfers
INSERT INTO stock_picking (id, name, location_id, location_dest_id, picking_type_id, company_id, move_type,
                           state, origin, date_done, scheduled_date, partner_id)
SELECT %(picking)s + 3 * n + step, prefix || lpad(n::text, 6, '0'), source, destination, type, %(company)s,
       'direct', 'done', CASE WHEN step = 0 THEN 'P' || lpad((%(order)s + n / 10)::text, 5, '0') END, now(), now(),
       %(vendor)s
  FROM generate_series(0, (%(serials)s - 1) / 50) n,
       LATERAL (VALUES (0, 'BENCH/IN/', %(suppliers)s, %(stock)s, %(in)s),
                       (1, 'BENCH/INT/', %(stock)s, %(stock)s, %(internal)s),
                       (2, 'BENCH/OUT/', %(stock)s, %(customers)s, %(out)s)
               ) document(step, prefix, source, destination, type);

-- moves
INSERT INTO stock_move (id, company_id, product_id, product_uom, location_id, location_dest_id, picking_id,
                        picking_type_id, state, procure_method, product_uom_qty, product_qty, quantity,
                        picked, date, reference, purchase_line_id, sequence, priority)
SELECT DISTINCT ON (batch, step) move + step, %(company)s, product, %(uom)s, source, destination,
       picking + step, type, 'done', 'make_to_stock', 50, 50, 50, TRUE,
       now() - (1000 - 300 * step) * interval '1 day' + batch * interval '1 minute',
       'BENCH', CASE WHEN step = 0 THEN %(order_line)s + batch END, 10, '0'
  FROM serial,
       LATERAL (VALUES (0, %(suppliers)s, %(stock)s, %(in)s), (1, first, second, %(internal)s),
                       (2, second, third, CASE WHEN is_sold THEN %(out)s ELSE %(internal)s END)
               ) step(step, source, destination, type);

-- the moves' lines
INSERT INTO stock_move_line (picking_id, move_id, company_id, product_id, product_uom_id, lot_id, lot_name,
                               location_id, location_dest_id, state, quantity, quantity_product_uom, picked, date)
  SELECT picking + step, move + step, %(company)s, product, %(uom)s, lot, 'SN' || lpad(n::text, 8, '0'), source,
         destination, 'done', 1, 1, TRUE,
         now() - (1000 - 300 * step) * interval '1 day' + batch * interval '1 minute'
    FROM serial,
         LATERAL (VALUES (0, %(suppliers)s, first), (1, first, second), (2, second, third)
                 ) step(step, source, destination)
ORDER BY step, n;

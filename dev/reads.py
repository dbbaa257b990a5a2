"""What reading and installing cost in a big database: a million serial numbers with three movements each.

The database is filled by SQL, as years of Odoo without the addon would leave it; a copy of it gets the addon. What an
index of the addon serves is measured with it and without it.
"""

import os
import statistics
import subprocess
import time

from dev import addon, database, stack
from dev.output import Problem, say

SERIALS = 1_000_000
PARTS = 100_000
SIDES = {"reads": "with the addon", "readsplain": "Odoo alone"}
TIMES = 5  # how often each is read by one process
BIG, SMALL = 100_000, 10  # the serial numbers of the first and of the second part


# ------------------------------------------------------------------------------- the databases


def measure(stack_, serials, repeat):
    """Return the Markdown table of all that is measured with *serials* serial numbers."""
    configs = {side: _create(stack_, side) for side in SIDES}
    plain, ours = addon.database("readsplain"), addon.database("reads")
    say(f"filling the database: {serials:,} serial numbers, {3 * serials:,} movements")
    _run(stack_, "readsplain", configs["readsplain"], f"fill(env, {serials})")
    stack_.server.query("VACUUM ANALYZE", plain)
    stack_.server.copy(plain, ours)
    say("installing the addon there")
    install = _install(stack_, configs["reads"])
    say("answering, and marking the custom fields as indexed")
    questions = _run(stack_, "reads", configs["reads"], "answer(env)")
    stack_.server.query("VACUUM ANALYZE", ours)
    rows = {}
    for number in range(repeat):
        for side, config in configs.items():
            say(f"{number + 1} of {repeat}: reading, {SIDES[side]}")
            call = f"Reads(env, {questions if side == 'reads' else {}}).run()"
            for name, milliseconds in _run(stack_, side, config, call).items():
                rows.setdefault((side, name), []).append(milliseconds)
    medians = {key: statistics.median(found) for key, found in rows.items()}
    return _table(serials, install, medians)


def _create(stack_, side):
    """Make the database of one side anew, without the addon; return its configuration."""
    folder = addon.folder(side)
    database.create(stack_, folder, addon.database(side), addon.modules("plain"), demo=False)
    return stack.write_config(folder, addons_path=addon.addons_path(), without_demo=True)


def _install(stack_, config):
    """Install the addon; return the seconds and the megabytes that its process took."""
    log = addon.folder("reads") / "install.log"
    log.write_text("")
    command = stack_.odoo_command(
        *("-c", config, "-d", addon.database("reads"), "-i", addon.NAME),
        *("--no-http", "--stop-after-init", "--logfile", log),
    )
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], env=stack_.env, stderr=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or database.complaints(log):
        raise Problem("installing the addon failed", log)
    return {"seconds": time.perf_counter() - start, "megabytes": usage.ru_maxrss / 1024}


def _run(stack_, side, config, call):
    """Evaluate *call*, one of this module's, in an Odoo shell; return what it returned."""
    return database.evaluate(stack_, config, side, __name__, call)


# ------------------------------------------------------------------------------- what is there

# Half of the serial numbers was delivered in the end; the others are in a third bin. Units come and go fifty at a time.
FILL = {
    "the bins": """
        INSERT INTO stock_location (id, name, complete_name, location_id, parent_path, usage, active, company_id,
                                    warehouse_id)
        SELECT %(bin)s + n, 'B' || n, 'WH/Stock/B' || n, %(stock)s, %(stock_path)s || (%(bin)s + n) || '/',
               'internal', TRUE, %(company)s, %(warehouse)s
          FROM generate_series(0, 49) n
    """,
    "the parts": """
        INSERT INTO product_template (id, categ_id, uom_id, type, service_tracking, tracking, is_storable, name,
                                      active, sale_ok, purchase_ok, purchase_method, list_price)
        SELECT %(part)s + n, %(category)s, %(uom)s, 'consu', 'no', 'serial', TRUE,
               jsonb_build_object('en_US', 'Part ' || n), TRUE, TRUE, TRUE, 'receive', 100
          FROM generate_series(0, %(parts)s - 1) n
    """,
    "their variants": """
        INSERT INTO product_product (id, product_tmpl_id, active, combination_indices, default_code)
        SELECT %(variant)s + n, %(part)s + n, TRUE, '', 'P' || n
          FROM generate_series(0, %(parts)s - 1) n
    """,
    "units without a serial number": """
        INSERT INTO stock_quant (product_id, company_id, location_id, quantity, reserved_quantity, in_date)
        SELECT %(variant)s + n, %(company)s, %(bin)s + n %% 50, 3, 0, now()
          FROM generate_series(1000, %(parts)s - 1, 10) n
    """,
    "serial numbers": """
        CREATE TEMPORARY TABLE serial AS
        SELECT n, batch, batch %% 2 = 0 AS is_sold, %(lot)s + n AS lot, %(move)s + 3 * batch AS move,
               %(picking)s + 3 * batch AS picking, %(variant)s + part AS product,
               %(bin)s + batch %% 50 AS first, %(bin)s + (batch + 7) %% 50 AS second,
               CASE WHEN batch %% 2 = 0 THEN %(customers)s ELSE %(bin)s + (batch + 19) %% 50 END AS third
          FROM generate_series(0, %(serials)s - 1) n,
               LATERAL (SELECT CASE WHEN n < %(big)s THEN 0 WHEN n < %(big)s + %(small)s THEN 1
                                    ELSE 2 + (n / 50) %% 198 END AS part,
                               n / 50 AS batch) of_part
    """,
    "their lots": """
        INSERT INTO stock_lot (id, product_id, company_id, location_id, name, create_date, create_uid, write_uid,
                               write_date)
        SELECT lot, product, NULL, third, 'SN' || lpad(n::text, 8, '0'), now() - n * interval '1 minute', 1, 1, now()
          FROM serial
    """,
    "their quants": """
        INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity, reserved_quantity, in_date)
        SELECT product, company, location, lot, quantity, 0, now()
          FROM serial, LATERAL (VALUES (NULL::int, %(suppliers)s, -1),
                                       (CASE WHEN NOT is_sold THEN %(company)s END, third, 1)
                               ) quant(company, location, quantity)
    """,
    "orders": """
        INSERT INTO purchase_order (id, name, partner_id, company_id, currency_id, date_order, state, picking_type_id)
        SELECT %(order)s + n, 'P' || lpad((%(order)s + n)::text, 5, '0'), %(vendor)s, %(company)s, %(currency)s,
               now(), 'purchase', %(in)s
          FROM generate_series(0, (%(serials)s - 1) / 500) n
    """,
    "their lines": """
        INSERT INTO purchase_order_line (id, order_id, product_id, name, product_qty, product_uom_id, price_unit,
                                         company_id)
        SELECT DISTINCT ON (batch) %(order_line)s + batch, %(order)s + batch / 10, product, 'Part', 50, %(uom)s, 100,
               %(company)s
          FROM serial
    """,
    "transfers": """
        INSERT INTO stock_picking (id, name, location_id, location_dest_id, picking_type_id, company_id, move_type,
                                   state, origin, date_done, scheduled_date, partner_id)
        SELECT %(picking)s + 3 * n + step, prefix || lpad(n::text, 6, '0'), source, destination, type, %(company)s,
               'direct', 'done', CASE WHEN step = 0 THEN 'P' || lpad((%(order)s + n / 10)::text, 5, '0') END, now(), now(),
               %(vendor)s
          FROM generate_series(0, (%(serials)s - 1) / 50) n,
               LATERAL (VALUES (0, 'BENCH/IN/', %(suppliers)s, %(stock)s, %(in)s),
                               (1, 'BENCH/INT/', %(stock)s, %(stock)s, %(internal)s),
                               (2, 'BENCH/OUT/', %(stock)s, %(customers)s, %(out)s)
                       ) document(step, prefix, source, destination, type)
    """,
    "moves": """
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
                       ) step(step, source, destination, type)
    """,
    "their movements": """
        INSERT INTO stock_move_line (picking_id, move_id, company_id, product_id, product_uom_id, lot_id, lot_name,
                                     location_id, location_dest_id, state, quantity, quantity_product_uom, picked, date)
        SELECT picking + step, move + step, %(company)s, product, %(uom)s, lot, 'SN' || lpad(n::text, 8, '0'), source,
               destination, 'done', 1, 1, TRUE,
               now() - (1000 - 300 * step) * interval '1 day' + batch * interval '1 minute'
          FROM serial,
               LATERAL (VALUES (0, %(suppliers)s, first), (1, first, second), (2, second, third)
                       ) step(step, source, destination)
      ORDER BY step, n
    """,
}
NUMBERED = {
    "bin": "stock_location",
    "part": "product_template",
    "variant": "product_product",
    "lot": "stock_lot",
    "order": "purchase_order",
    "order_line": "purchase_order_line",
    "picking": "stock_picking",
    "move": "stock_move",
}


def fill(env, serials):
    """Fill a database without the addon: the serial numbers, their documents, their movements, more parts."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    values = {
        "serials": serials,
        "parts": PARTS,
        "big": BIG,
        "small": SMALL,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "category": env["product.category"].create({"name": "Engines"}).id,
        "uom": env.ref("uom.product_uom_unit").id,
        "vendor": env["res.partner"].create({"name": "Northside Salvage"}).id,
        "warehouse": warehouse.id,
        "stock": warehouse.lot_stock_id.id,
        "stock_path": warehouse.lot_stock_id.parent_path,
        "suppliers": env.ref("stock.stock_location_suppliers").id,
        "customers": env.ref("stock.stock_location_customers").id,
        "in": warehouse.in_type_id.id,
        "internal": warehouse.int_type_id.id,
        "out": warehouse.out_type_id.id,
    }
    env["res.config.settings"].create(
        {"group_stock_production_lot": True, "group_stock_multi_locations": True}
    ).execute()
    env.flush_all()
    for name, table in NUMBERED.items():
        env.cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")
        [values[name]] = env.cr.fetchone()
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if env.cr.fetchone()[0]:
        # What is filled in fits together: checking every reference takes minutes.
        env.cr.execute("SET LOCAL session_replication_role = replica")
    for statement in FILL.values():
        env.cr.execute(statement, values)
    for table in NUMBERED.values():
        env.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    env.cr.commit()


QUESTIONS = {
    "Mileage": "integer",
    "Tested": "date",
    "Plate": "char",
    "Fuel": "selection",
    "Damage": "tags",
}


def answer(env):
    """Ask five questions, answer them for every serial number, mark them as indexed; return
    ``{label: key}``."""
    questions = env["serial.question"].create(
        [
            {
                "name": name,
                "question_type": kind,
                "option_ids": [
                    (0, 0, {"name": str(number)})
                    for number in range({"selection": 4, "tags": 50}.get(kind, 0))
                ],
            }
            for name, kind in QUESTIONS.items()
        ]
    )
    env.flush_all()
    mileage, tested, plate, fuel, damage = questions.mapped("key")
    env.cr.execute(
        """
        UPDATE stock_lot
           SET serial_answers = jsonb_build_object(
                   %s, id::bigint * 7919 %% 300000,
                   %s, to_char(date '2020-01-01' + (id %% 2000), 'YYYY-MM-DD'),
                   %s, 'M-' || upper(substr(md5(id::text), 1, 12)),
                   %s, (%s::text[])[1 + id %% 4],
                   %s, jsonb_build_array((%s::text[])[1 + id %% 50], (%s::text[])[1 + id %% 7]))
        """,
        (
            *(mileage, tested, plate, fuel, questions[3].option_ids.mapped("key")),
            *(damage, *[questions[4].option_ids.mapped("key")] * 2),
        ),
    )
    questions.indexed = True
    env.cr.commit()
    return {question.name: question.key for question in questions}


# ---------------------------------------------------------------------- what runs inside Odoo


class Reads:
    """What the web client asks for, as a stock manager, in an Odoo shell; nothing is kept.

    :param dict questions: the keys of the custom fields by their label, if there are any
    """

    def __init__(self, env, questions):
        groups = ("stock.group_stock_manager", "purchase.group_purchase_manager")
        user = env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [(4, env.ref(group).id) for group in groups],
            }
        )
        context = {"allowed_company_ids": env.company.ids, "lang": "en_US", "tz": "UTC"}
        self.env = env(user=user.id, su=False, context=context)
        self.Serial = self.env["stock.lot"]
        self.questions = questions
        self.results = {}

    def run(self):
        """Return ``{what: milliseconds}``; what an index serves has a second entry without it."""
        self.parts()
        self.note("list", self.read_list)
        if self.questions:
            self.open_serial()
            self.filters()
            self.note("unserialized", self.find_unserialized)
        self.env.cr.rollback()
        return self.results

    def note(self, name, action):
        """Note the median milliseconds of *action* from a cold cache."""
        times = []
        for _number in range(TIMES + 1):
            self.env.invalidate_all()
            start = time.perf_counter()
            action()
            times.append(1000 * (time.perf_counter() - start))
        self.results[name] = statistics.median(times[1:])

    def compare(self, name, action, indexes):
        """Note *action* with these indexes and without them."""
        self.note(name, action)
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute(f"DROP INDEX {', '.join(indexes)}")
        self.note(f"{name}, no index", action)
        savepoint.close(rollback=True)

    # ------------------------------------------------------------------ what is asked for

    def parts(self):
        Template = self.env["product.template"]
        form = self.specify(Template, "form")
        section = self.env.ref("serialized_parts.stock_lot_view_list_part", False)
        rows = section and self.specify(self.Serial, "list", section.id)
        for name, code in (("big part", "P0"), ("small part", "P1")):
            variant = self.env["product.product"].search([("default_code", "=", code)])
            part = variant.product_tmpl_id

            def read(part=part):
                part.web_read(form)
                if section:
                    domain = [("product_tmpl_id", "=", part.id), *self.visible]
                    self.Serial.web_search_read(
                        domain, rows, limit=40, order="name asc, id asc", count_limit=1001
                    )

            self.note(name, read)

    @property
    def visible(self):
        companies = [*self.env.companies.ids, False]
        return ["|", ("location_id", "=", False), ("location_id.company_id", "in", companies)]

    def read_list(self):
        self.Serial.web_search_read(
            self.visible, self.specify(self.Serial, "list"), limit=80, count_limit=10001
        )

    def open_serial(self):
        serial = self.Serial.search([], offset=5000, limit=1)
        form = self.specify(self.Serial, "form")

        def read():
            serial.web_read(form)
            self.env["stock.move.line"].search_read([("lot_id", "=", serial.id)], ["reference"])

        self.compare("open", read, ["stock_move_line_serial_lot_index"])

    def filters(self):
        serial = self.Serial.search([], offset=5000, limit=1)
        plate = serial.serial_answers[self.questions["Plate"]]
        for label, operator, value in (
            ("Mileage", "=", 1000),
            ("Mileage", "<", 100),
            ("Tested", "=", "2021-05-17"),
            ("Plate", "=", plate),
            ("Plate", "ilike", plate[4:10]),
            ("Damage", "=", self.first_choice("Damage", 30)),
            ("Fuel", "=", self.first_choice("Fuel", 0)),
        ):
            key = self.questions[label]
            condition = (f"serial_answers.{key}", operator, value)
            self.filter(f"{label} {operator}", condition, f"serialized_parts_answer_{key}")
        for operator in ("=", "ilike"):
            condition = ("source", operator, serial.source)
            self.filter(f"Source {operator}", condition, "stock_lot_serial_source_index")

    def first_choice(self, label, number):
        question = self.env["serial.question"].search([("key", "=", self.questions[label])])
        return question.option_ids[number].key

    def filter(self, name, condition, index):
        def search():
            self.Serial.web_search_read([condition], {"name": {}}, limit=80, count_limit=10001)

        self.compare(name, search, [index])

    def find_unserialized(self):
        self.env["product.template"].web_search_read(
            [("unserialized_quantity", ">", 0)], {"name": {}}, limit=80, count_limit=10001
        )

    # ------------------------------------------------------------------- as the web client

    def specify(self, Model, kind, view=None):
        """Return what the web client reads for this view."""
        from lxml import etree  # there where Odoo is

        arch = etree.fromstring(Model.get_view(view, kind)["arch"])
        return self._specify(Model, arch)

    def _specify(self, Model, node):
        fields = {}
        for child in node:
            if child.tag != "field":
                fields.update(self._specify(Model, child))
                continue
            field = Model._fields[child.get("name")]
            lines = [view for view in child if view.tag in ("list", "kanban")]
            if lines:
                comodel = self.env[field.comodel_name]
                fields[field.name] = {"fields": self._specify(comodel, lines[0]), "limit": 40}
            elif field.type == "many2one" or child.get("widget") == "many2many_tags":
                fields[field.name] = {"fields": {"display_name": {}}}
            else:
                fields.setdefault(field.name, {})
        return fields


# --------------------------------------------------------------------------------- the report


def _table(serials, install, medians):
    lines = [["what", "goal", "measured", "against", "ratio"], ["---", *["--:"] * 4]]

    def add(what, goal, one, other, is_gain=False):
        one, other = medians[one], medians[other]
        ratio = other / one if is_gain else one / other
        shown = f"{ratio:.0f} x faster" if is_gain else f"{ratio:.2f}"
        lines.append([what, goal, f"{one:.1f} ms", f"{other:.1f} ms", shown])

    big, small = ("reads", "big part"), ("reads", "small part")
    add(f"part with {BIG:,} serials against {SMALL}", "1.2", big, small)
    add("the same, Odoo alone", "", ("readsplain", "big part"), ("readsplain", "small part"))
    add(f"part with {BIG:,} serials, Odoo alone", "", big, ("readsplain", "big part"))
    add("80 of the serial list, Odoo alone", "1.1", ("reads", "list"), ("readsplain", "list"))
    for side, name in medians:
        if (side, f"{name}, no index") in medians:
            what = "open a serial" if name == "open" else f"filter: {name}"
            add(f"{what}, no index", "20 x", (side, name), (side, f"{name}, no index"), True)
    found = medians["reads", "unserialized"]
    lines.append([f"parts with units without serial, of {PARTS:,}", "1 s", f"{found:.0f} ms"])
    seconds, megabytes = install["seconds"], install["megabytes"]
    lines.append([f"install on {serials:,} serials", "120 s, 500 MB", f"{seconds:.0f} s"])
    lines[-1].append(f"{megabytes:.0f} MB")
    return "\n".join(f"| {' | '.join([*line, *[''] * (5 - len(line))])} |" for line in lines)

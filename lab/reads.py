"""What reading and installing cost in a big database: a million serial numbers with three moves each.

The database is filled by SQL to look like years of Odoo without the addon; a copy of it gets the addon. Reads that use
one of the addon's indexes are measured with and without it.
"""

import os
import statistics
import subprocess
import time
from pathlib import Path

from dev import addon, database
from dev.output import Problem, say
from lab import databases
from lab.figures import new_user, table

SERIALS = 1_000_000
PARTS = 100_000
SIDES = {"reads": "with the addon", "readsplain": "Odoo alone"}
TIMES = 5  # how often one process repeats each read
BIG, SMALL = 100_000, 10  # how many serial numbers the first and the second part have


# ------------------------------------------------------------------------------- the databases


def measure(stack_, serials, repeat):
    """Return a Markdown table of everything measured with *serials* serial numbers."""
    configs = {side: databases.create_plain(stack_, side) for side in SIDES}
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


def _install(stack_, config):
    """Install the addon; return the seconds and megabytes that it took."""
    log = addon.folder("reads") / "install.log"
    log.write_text("")
    options = ("-c", config, "-d", addon.database("reads"), "-i", addon.NAME, "--logfile", log)
    command = stack_.odoo_command(*options, "--no-http", "--stop-after-init")
    start = time.perf_counter()
    installing = subprocess.Popen(
        list(map(str, command)), env=stack_.env, stderr=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(installing.pid, 0)
    installing.returncode = status
    if status or database.complaints(log):
        raise Problem("installing the addon failed", log)
    return {"seconds": time.perf_counter() - start, "megabytes": usage.ru_maxrss / 1024}


def _run(stack_, side, config, call):
    """Evaluate *call*, of a function of this module, in an Odoo shell; return its result."""
    return databases.evaluate(stack_, config, side, __name__, call)


# ---------------------------------------------------------------------------------- filling it

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
    """Fill a database without the addon: serial numbers, their documents and moves, more parts."""
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
    for name, model in NUMBERED.items():
        env.cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {model}")
        [values[name]] = env.cr.fetchone()
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if env.cr.fetchone()[0]:
        # The data is consistent, and checking every foreign key would take minutes.
        env.cr.execute("SET LOCAL session_replication_role = replica")
    env.cr.execute(Path(__file__).with_suffix(".sql").read_text(), values)
    for model in NUMBERED.values():
        env.cr.execute(f"SELECT setval('{model}_id_seq', (SELECT max(id) FROM {model}))")
    env.cr.commit()


QUESTIONS = {
    "Mileage": "integer",
    "Tested": "date",
    "Plate": "char",
    "Fuel": "selection",
    "Damage": "tags",
}


def answer(env):
    """Add five custom fields, answer them for every serial number, mark them as indexed; return ``{label: key}``."""
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
    """What the web client reads, as an inventory manager, in an Odoo shell; everything is rolled back.

    :param dict questions: the keys of the custom fields by label; empty without the addon
    """

    def __init__(self, env, questions):
        context = {"allowed_company_ids": env.company.ids, "lang": "en_US", "tz": "UTC"}
        self.env = new_user(env)(context=context)
        self.Serial = self.env["stock.lot"]
        self.questions = questions
        self.results = {}

    def run(self):
        """Return ``{what: milliseconds}``; a read that uses an index has a second entry without it."""
        self.parts()
        self.note("list", self.read_list)
        if self.questions:
            self.open_serial()
            self.filters()
            self.note("unserialized", self.find_unserialized)
            self.open_count()
        self.env.cr.rollback()
        return self.results

    def note(self, name, action):
        """Record the median milliseconds of *action* with a cold cache."""
        times = []
        for _number in range(TIMES + 1):
            self.env.invalidate_all()
            start = time.perf_counter()
            action()
            times.append(1000 * (time.perf_counter() - start))
        self.results[name] = statistics.median(times[1:])

    def compare(self, name, action, indexes):
        """Record *action* with these indexes and without them."""
        self.note(name, action)
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute(f"DROP INDEX {', '.join(indexes)}")
        self.note(f"{name}, no index", action)
        savepoint.close(rollback=True)

    # ----------------------------------------------------------------------- what is read

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
        self.compare("history", serial.get_serial_history, ["stock_move_line_serial_lot_index"])

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

    def open_count(self):
        """Note how fast a count of ten bins with many units opens, and its list when none was seen."""
        bins = self.env["stock.location"].search([("name", "=like", "B%")], order="id", limit=10)
        count = self.env["serial.count"].create({"location_ids": bins.ids})
        form = self.specify(count, "form")
        self.note(
            "count, bins entered", lambda: count.scan("\n".join(bins.mapped("complete_name")))
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO serial_count_line (count_id, bin_id, lot_id, product_id, name, status, quantity,
                                           expected_location_id, user_id, date, resolution)
            SELECT bin.count_id, bin.id, lot.id, lot.product_id, lot.name, 'missing', 1,
                   quant.location_id, %s, now(), 'none'
              FROM serial_count_bin bin
              JOIN stock_quant quant ON quant.location_id = bin.location_id AND quant.quantity > 0
              JOIN stock_lot lot ON lot.id = quant.lot_id
             WHERE bin.count_id = %s
            """,
            (self.env.uid, count.id),
        )
        self.results["count, units"] = self.env.cr.rowcount
        self.note("count", lambda: count.web_read(form))
        lines = self.env["serial.count.line"]
        fields = self.specify(lines, "list")
        domain = [("count_id", "=", count.id)]
        self.note(
            "count, list",
            lambda: lines.web_search_read(domain, fields, limit=80, count_limit=10001),
        )

    # ------------------------------------------------------------------- as the web client

    def specify(self, Model, kind, view=None):
        """Return what the web client reads for this view."""
        from lxml import etree  # comes with Odoo

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
    rows = []

    def add(what, goal, one, other, is_gain=False):
        one, other = medians[one], medians[other]
        ratio = f"{other / one:.0f} x faster" if is_gain else f"{one / other:.2f}"
        rows.append([what, goal, f"{one:.1f} ms", f"{other:.1f} ms", ratio])

    big, small = ("reads", "big part"), ("reads", "small part")
    add(f"part with {BIG:,} serials against {SMALL}", "1.2", big, small)
    add("the same, Odoo alone", "", ("readsplain", "big part"), ("readsplain", "small part"))
    add(f"part with {BIG:,} serials, Odoo alone", "", big, ("readsplain", "big part"))
    add("80 of the serial list, Odoo alone", "1.1", ("reads", "list"), ("readsplain", "list"))
    for side, name in medians:
        if (side, f"{name}, no index") in medians:
            what = {"open": "open a serial", "history": "history of a serial"}
            what = what.get(name, f"filter: {name}")
            add(f"{what}, no index", "20 x", (side, name), (side, f"{name}, no index"), True)
    found = medians["reads", "unserialized"]
    rows.append([f"parts with unserialized units, of {PARTS:,}", "1 s", f"{found:.0f} ms"])
    units = f"{medians['reads', 'count, units']:,.0f} units"
    for name, what in (
        ("count, bins entered", "scan the ten bins of a count"),
        ("count", "open a count of them"),
        ("count, list", "the first 80 of a count's list"),
    ):
        rows.append([f"{what}, {units}", "1 s", f"{medians['reads', name]:.0f} ms"])
    seconds, megabytes = f"{install['seconds']:.0f} s", f"{install['megabytes']:.0f} MB"
    rows.append([f"install on {serials:,} serials", "120 s, 500 MB", seconds, megabytes])
    return table(("what", "goal", "measured", "against", "ratio"), rows)

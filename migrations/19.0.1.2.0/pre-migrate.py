"""Updates saved filters and export lists, as kinds of the Serial Check-up's findings, and a field,
were renamed."""

KINDS = {
    "without_serial": "unserialized",
    "two_places": "several_positions",
    "twin": "duplicate",
    "look_alike": "similar",
    "answers_misfit": "invalid_answers",
}


def migrate(cr, version):
    for before, after in KINDS.items():
        for sign in "'\"":
            cr.execute(
                "UPDATE ir_filters SET domain = replace(domain, %s, %s)"
                " WHERE model_id = 'serial.checkup'",
                [f"{sign}{before}{sign}", f"{sign}{after}{sign}"],
            )
    cr.execute("UPDATE ir_exports_line SET name = 'invalid_answers' WHERE name = 'answers_misfit'")

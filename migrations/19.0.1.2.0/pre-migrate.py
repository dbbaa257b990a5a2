"""Kinds of the Serial Check-up's findings have other names: the filters that people saved follow."""

RENAMED = {
    "without_serial": "unserialized",
    "twin": "duplicate",
    "look_alike": "similar",
    "answers_misfit": "invalid_answers",
}


def migrate(cr, version):
    for before, after in RENAMED.items():
        for sign in "'\"":
            cr.execute(
                "UPDATE ir_filters SET domain = replace(domain, %s, %s)"
                " WHERE model_id = 'serial.checkup'",
                [f"{sign}{before}{sign}", f"{sign}{after}{sign}"],
            )

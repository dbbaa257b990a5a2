"""The databases that the lab measures or tries to break: one for each purpose and checkout, made anew by each run."""

import json
from contextlib import contextmanager

from dev import addon, database, locks, process, stack
from dev.output import Problem


@contextmanager
def alone(purpose):
    """Yield the Stack for a *purpose* ("bench") of which this checkout has only one run at a time."""
    try:
        with locks.owned(f"{purpose}-{addon.KEY}"), stack.ready() as stack_:
            yield stack_
    except locks.Busy:
        raise Problem(f"this checkout's {purpose} is running already: wait for it to end") from None


def create_plain(stack_, purpose):
    """Recreate this checkout's database for *purpose*, without the addon; return its configuration."""
    folder = addon.folder(purpose)
    database.create(stack_, folder, addon.database(purpose), addon.modules("plain"), demo=False)
    return stack.write_config(folder, addons_path=addon.addons_path(), without_demo=True)


def create_with_addon(stack_, purpose):
    """Recreate this checkout's database for *purpose*, with the addon alone; return its configuration."""
    config = create_plain(stack_, purpose)
    log = config.parent / "install.log"
    database.install(stack_, config, addon.database(purpose), [addon.NAME], log)
    return config


def evaluate(stack_, config, purpose, module, call):
    """Evaluate *call*, with the names of *module*, in an Odoo shell on this checkout's database for *purpose*.

    :return: the result, as JSON can carry it
    """
    answer = addon.folder(purpose) / "answer.json"
    answer.unlink(missing_ok=True)
    script = (
        f"import json, sys; sys.path.insert(0, {str(addon.CHECKOUT)!r})\n"
        f"from {module} import *\n"
        f"answer = json.dumps({call})\n"
        f"open({str(answer)!r}, 'w').write(answer)\n"
    )
    options = ("-c", config, "-d", addon.database(purpose), "--no-http", "--log-level=error")
    process.read(stack_.odoo_command("shell", *options), env=stack_.env, input=script)
    if not answer.exists():
        raise Problem(f"{call} failed")
    return json.loads(answer.read_text())

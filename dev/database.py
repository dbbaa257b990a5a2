"""Creates databases: templates with the dependencies installed, and copies of them for the addon."""

import hashlib
import json
import re

from dev import addon, cache, locks, process, stack
from dev.output import Problem, say

LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")


def template(stack_, modules, demo):
    """Return the name of a template database with these modules installed, built if needed.

    ``datistemplate`` is set once a build is finished, so a half-built one is never used.
    """
    name = template_name(stack_, modules, demo)
    folder = cache.folder("templates", name)
    with locks.exclusive(name, "it installs the same modules"):
        if not (stack_.server.is_template(name) and stack.filestore(folder, name).exists()):
            _build(stack_, name, folder, modules, demo)
    return name


def template_name(stack_, modules, demo):
    """Return the template's name, which has a hash of everything it is made of."""
    text = "|".join((stack_.identity, *modules, "demo" if demo else ""))
    return f"{addon.NAME}_template_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _build(stack_, name, folder, modules, demo):
    say(f"installing {', '.join(modules)}{' with demo data' if demo else ''}, once")
    stack_.server.drop(name)
    cache.remove(folder / "data")
    config = stack.write_config(folder, without_demo=not demo)
    install(stack_, config, name, modules, folder / "install.log", doing="installing Odoo modules")
    stack_.server.mark_template(name, True)


def create(stack_, folder, name, modules, demo):
    """Replace a database, with its files in ``folder``, by a copy of the modules' template."""
    copy(stack_, template(stack_, modules, demo), folder, name)


def copy(stack_, source, folder, name):
    """Replace a database, with its files in ``folder``, by a copy of the template *source*."""
    with locks.exclusive(source, "it uses the same template"):
        stack_.server.copy(source, name)
        store = stack.filestore(cache.folder("templates", source), source)
        stack.copy_filestore(store, stack.filestore(folder, name))


def create_plain(stack_, purpose):
    """Recreate this checkout's database for *purpose*, without the addon; return its configuration."""
    folder = addon.folder(purpose)
    create(stack_, folder, addon.database(purpose), addon.modules("plain"), demo=False)
    return stack.write_config(folder, addons_path=addon.addons_path(), without_demo=True)


def create_with_addon(stack_, purpose):
    """Recreate this checkout's database for *purpose*, with the addon alone; return its configuration."""
    config, doing = create_plain(stack_, purpose), "installing the addon"
    say(doing)
    log = config.parent / "install.log"
    install(stack_, config, addon.database(purpose), [addon.NAME], log, doing=doing)
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
    run_shell(stack_, config, addon.database(purpose), script)
    if not answer.exists():
        raise Problem(f"{call} failed")
    return json.loads(answer.read_text())


def run_shell(stack_, config, name, script):
    """Run *script* in an Odoo shell on the database *name*; raise Problem with the end of its output."""
    options = ("-c", config, "-d", name, "--no-http", "--log-level=error")
    process.read(stack_.odoo_command("shell", *options), env=stack_.env, input=script)


def install(stack_, config, name, modules, log, *, doing, option="-i"):
    """Install or upgrade modules, writing Odoo's log to ``log``; raise Problem if Odoo fails."""
    output = log.with_suffix(".out")
    for file in (log, output):
        file.write_text("")
    command = stack_.odoo_command(
        *("-c", config, "-d", name, option, ",".join(modules)),
        *("--no-http", "--stop-after-init", "--logfile", log),
    )
    try:
        where = {"env": stack_.env, "cwd": log.parent}
        process.run(command, doing=doing, log=output, progress=lambda: modules_loaded(log), **where)
    except Problem:
        text = log.read_text(errors="replace") + output.read_text(errors="replace")
        raise Problem(
            f"{doing} failed: {process.advice(text)}", log if log.stat().st_size else output
        ) from None


def modules_loaded(log):
    """Return how far an installation has got, from Odoo's log: "stock 23/57"."""
    found = LOADING.findall(log.read_text(errors="replace"))
    return "{} {}/{}".format(*found[-1]) if found else "starting"


def complaints(log):
    """Return the lines of an Odoo log that are warnings or worse."""
    return [line for line in log.read_text(errors="replace").splitlines() if COMPLAINT.match(line)]

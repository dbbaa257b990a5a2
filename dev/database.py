"""Creates databases: templates with the dependencies installed, and copies of them for the addon."""

import hashlib
import re

from dev import addon, cache, locks, process, stack

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
            stack_.server.drop(name)
            cache.remove(folder / "data")
            config = stack.write_config(folder, without_demo=not demo)
            doing = f"installing Odoo modules{' with demo data' if demo else ''}, once"
            install(stack_, config, name, modules, folder / "install.log", doing=doing)
            stack_.server.mark_template(name, True)
    return name


def template_name(stack_, modules, demo):
    """Return the template's name, which has a hash of everything it is made of."""
    text = "|".join((stack_.identity, *modules, "demo" if demo else ""))
    return f"{addon.NAME}_template_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def create(stack_, folder, name, modules, demo):
    """Replace a database, with its files in ``folder``, by a copy of the modules' template."""
    copy(stack_, template(stack_, modules, demo), folder, name)


def copy(stack_, source, folder, name):
    """Replace a database, with its files in ``folder``, by a copy of the template *source*."""
    with locks.exclusive(source, "it uses the same template"):
        stack_.server.copy(source, name)
        store = stack.filestore(cache.folder("templates", source), source)
        stack.copy_filestore(store, stack.filestore(folder, name))


def install(stack_, config, name, modules, log, *, doing="installing the addon", upgrade=False):
    """Install modules, and upgrade those that are there if *upgrade*, with Odoo's log in the file ``log``; raise
    Problem if Odoo fails."""
    named = ",".join(modules)
    options = ("-c", config, "-d", name, "-i", named, *(("-u", named) if upgrade else ()))
    process.run(
        stack_.odoo_command(*options, "--no-http", "--stop-after-init"),
        doing=doing,
        log=log,
        progress=lambda: _last_module(log),
        env=stack_.env,
        cwd=log.parent,
    )


def _last_module(log):
    """Return how far an installation has got, from Odoo's log: "stock 23/57"."""
    found = LOADING.findall(log.read_text(errors="replace"))
    return "{} {}/{}".format(*found[-1]) if found else "starting"


def complaints(log):
    """Return the lines of an Odoo log that are warnings or worse."""
    return [line for line in log.read_text(errors="replace").splitlines() if COMPLAINT.match(line)]

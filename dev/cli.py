"""The command line: every module in ``dev/commands`` and ``lab/commands`` is a command.

A command module has a docstring (its help), ``HELP`` (one line), optionally ``options(parser)``, and
``run(options, rest)``, which returns the exit status. ``rest`` are arguments to pass on: those after ``--`` if the
module sets ``ARGUMENTS_BEHIND_DASHES = True``, and all unknown ones if it sets ``FREE_ARGUMENTS = True``.
"""

import argparse
import importlib
import os
import pkgutil

from dev import addon, cache, commands, output
from lab import commands as lab_commands


def find_modules():
    """Return the command modules by name."""
    found = {
        info.name: f"{package.__name__}.{info.name}"
        for package in (commands, lab_commands)
        for info in pkgutil.iter_modules(package.__path__)
    }
    return {name: importlib.import_module(found[name]) for name in sorted(found)}


def parser(modules):
    """Return the argument parser for the command modules, given by name."""
    top = argparse.ArgumentParser(
        prog="python3 dev",
        description="Sets up Odoo 19 with this addon and works with it. Everything is kept in one cache folder: "
        f"${cache.VARIABLE}, else {cache.default()}",
        allow_abbrev=False,
    )
    commands_parser = top.add_subparsers(dest="command", metavar="command", required=True)
    for name, module in modules.items():
        sub = commands_parser.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if hasattr(module, "options"):
            module.options(sub)
    return top


def main(arguments):
    """Run one command; return the exit status."""
    # By default, hypothesis would keep its examples in the checkout.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(cache.folder("hypothesis", addon.KEY))
    modules = find_modules()
    top = parser(modules)
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options, unknown = top.parse_known_args(arguments[:at])
    behind = arguments[at + 1 :]
    module = modules[options.command]
    refused = unknown if hasattr(module, "ARGUMENTS_BEHIND_DASHES") else unknown + behind
    if refused and not hasattr(module, "FREE_ARGUMENTS"):
        top.error(f"{options.command} doesn't know {' '.join(refused)}")
    with output.problems_shown():
        return module.run(options, unknown + behind)

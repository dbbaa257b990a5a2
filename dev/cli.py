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


def main(arguments):
    """Run one command; return the exit status."""
    # By default, hypothesis would keep its examples in the checkout.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(cache.folder("hypothesis", addon.KEY))
    at = arguments.index("--") if "--" in arguments else len(arguments)
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments[:at])
    module, behind = options.module, arguments[at + 1 :]
    refused = unknown if hasattr(module, "ARGUMENTS_BEHIND_DASHES") else unknown + behind
    if refused and not hasattr(module, "FREE_ARGUMENTS"):
        parser.error(f"{options.command} doesn't know {' '.join(refused)}")
    with output.problems_shown():
        return module.run(options, unknown + behind)


def _parser():
    parser = argparse.ArgumentParser(
        prog="python3 dev",
        description="Sets up Odoo 19 with this addon and works with it. Everything is kept in one cache folder, "
        f"{cache.locate()}; ${cache.VARIABLE} names another one.",
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    found = {
        info.name: f"{package.__name__}.{info.name}"
        for package in (commands, lab_commands)
        for info in pkgutil.iter_modules(package.__path__)
    }
    for name, path in sorted(found.items()):
        module = importlib.import_module(path)
        sub = subparsers.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        sub.set_defaults(module=module)
        if hasattr(module, "options"):
            module.options(sub)
    return parser

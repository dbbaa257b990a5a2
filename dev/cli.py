"""The command line: every module in ``dev/commands`` is a command.

A command module has a docstring (its help), ``HELP`` (one line), ``options(parser)`` and ``run(options, rest)``, which
returns the exit status. ``rest`` are arguments that it passes on: those behind ``--`` when the module says
``ARGUMENTS_BEHIND_DASHES = True``, and all unknown ones when it says ``FREE_ARGUMENTS = True``.
"""

import argparse
import errno
import importlib
import os
import pkgutil

from dev import cache, commands, process
from dev.output import Problem, complain, say

INTERRUPTED = 130


def parser(modules):
    """Return the argument parser for these command modules, by name."""
    top = argparse.ArgumentParser(
        prog="python3 dev",
        description="Sets up Odoo 19 with this addon and works with it. Everything is kept in one cache folder: "
        f"${cache.VARIABLE}, else {cache.locate({**os.environ, cache.VARIABLE: ''}, os.geteuid() == 0)}",
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
        module.options(sub)
    return top


def split(arguments):
    """Split the arguments at the first ``--``."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def main(arguments):
    """Run one command; return the exit status. Expected failures end in one line, not in a traceback."""
    os.umask(0o022)
    process.catch_signals()
    names = sorted(info.name for info in pkgutil.iter_modules(commands.__path__))
    modules = {name: importlib.import_module(f"dev.commands.{name}") for name in names}
    own, rest = split(arguments)
    top = parser(modules)
    options, unknown = top.parse_known_args(own)
    module = modules[options.command]
    free = getattr(module, "FREE_ARGUMENTS", False)
    if (unknown and not free) or (
        rest and not free and not getattr(module, "ARGUMENTS_BEHIND_DASHES", False)
    ):
        top.error(f"{options.command} doesn't know {' '.join(unknown or rest)}")
    try:
        return module.run(options, unknown + rest)
    except Problem as problem:
        complain(problem)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        complain(Problem(f"{error.strerror}: {error.filename or cache.root()}"))
    except KeyboardInterrupt:
        say("stopped")
        return INTERRUPTED
    return 1

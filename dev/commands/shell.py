"""Open an Odoo shell, with `env`, on the demo database, even while the demo runs. Arguments go to `odoo shell`."""

import signal
import subprocess
from functools import partial

from dev import stack
from dev.commands import demo

HELP = "open an Odoo shell on the demo database"
FREE_ARGUMENTS = True


def run(options, rest):
    with stack.ready() as stack_:
        demo.ensure_unless_served(stack_)
        fixed = ("-c", demo.config(), "-d", demo.DATABASE, "--no-http")
        command = map(str, stack_.odoo_command("shell", *fixed, *rest))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the shell
        accept = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        return subprocess.call(list(command), env=stack_.env, preexec_fn=accept)

"""Open an Odoo shell, with `env`, on the demo database, even while the demo runs. Arguments go to `odoo shell`."""

import signal
import subprocess

from dev import demo_database, stack

HELP = "open an Odoo shell on the demo database"
FREE_ARGUMENTS = True


def run(options, rest):
    with stack.ready() as stack_:
        demo_database.ensure_unless_served(stack_)
        fixed = ("-c", demo_database.config(), "-d", demo_database.name(), "--no-http")
        command = map(str, stack_.odoo_command("shell", *fixed, *rest))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the shell
        return subprocess.call(list(command), env=stack_.env, preexec_fn=_accept_interrupts)


def _accept_interrupts():
    signal.signal(signal.SIGINT, signal.default_int_handler)

"""Shared by all of the lab's figures: the table, the machine, the user whose work is measured."""

import os
import platform
from datetime import date
from pathlib import Path

import psutil
from tabulate import tabulate


def table(head, rows, left=1):
    """Return a Markdown table; its first *left* columns are text, the others numbers."""
    align = ["left"] * left + ["right"] * (len(head) - left)
    return tabulate(rows, head, "pipe", colalign=align, disable_numparse=True)


def describe_run(stack_):
    """Return the date and the machine, in one line."""
    info = Path("/proc/cpuinfo")
    names = info.read_text().split("model name") if info.exists() else []
    model = names[1].split("\n")[0].strip("\t :") if names[1:] else platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    [[version]] = stack_.server.query("SHOW server_version")
    return (
        f"{date.today()}, {model}, {os.cpu_count()} CPUs, {memory:.0f} GB, "
        f"load {os.getloadavg()[0]:.1f}, PostgreSQL {version.split()[0]}"
    )


def new_user(env):
    """Return the environment of a new inventory and purchase manager. Runs inside Odoo."""
    groups = ("stock.group_stock_manager", "purchase.group_purchase_manager")
    values = {"name": "Bench", "login": "bench"}
    values["group_ids"] = [(4, env.ref(group).id) for group in groups]
    return env(user=env["res.users"].create(values).id, su=False)

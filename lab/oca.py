"""Addons of the Odoo Community Association (OCA) to test the addon beside: which, from where, and how they install.

They are the newest wheels for this Odoo series in the package index that pip is set up for, kept in the cache until
`clean --all`. An addon that can't be had or doesn't install is left out, with the reason.
"""

import ast
import configparser
import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from dev import addon, bootstrap, cache, database, locks, stack
from dev.odoo_source import SERIES
from dev.output import Problem, say

LIST = Path(__file__).with_suffix(".txt")
DEFAULT = "default"
DISTRIBUTION = "odoo-addon-"
# The addon's own tests whose result differs beside these addons.
OWN_TOURS = [
    "TestPhone.test_a_receipt_on_a_phone",
    "TestPhone.test_an_unknown_list_on_a_phone",
    "TestWeb.test_a_receipt_by_scanner",
    "TestWeb.test_a_thousand_pasted_serials",
    "TestWeb.test_an_unknown_list_and_the_next_of_its_vendor",
    "TestWeb.test_custom_fields",
    "TestWeb.test_the_example",
    "TestWeb.test_two_people_name_the_units_of_one_receipt",
]
OWN_QUERIES = [
    "TestSpeed.test_queries_of_a_delivery",
    "TestSpeed.test_queries_of_a_receipt",
    "TestSpeed.test_queries_of_a_serialize_transfer",
]
OWN_VALUES = [
    "TestValueAndCosts.test_a_standard_cost_of_its_own_is_kept_when_unticked",
    "TestValueAndCosts.test_another_costing_method_keeps_the_value_of_unserialized_units",
    "TestValueInStock.test_named_in_stock_after_it_was_ticked",
    "TestValueInStock.test_named_in_stock_one_after_the_other",
    "TestValueInStock.test_ticked_after_units_came_in_both_ways",
    "TestValueInStock.test_ticked_after_units_were_named_in_stock",
    "TestValueInStock.test_ticked_while_some_units_have_no_serial_number",
    "TestValueInStock.test_units_named_by_an_earlier_version",
    "TestValueInStock.test_unticked_and_ticked_again",
    "TestValueOfMoves.test_a_sold_unit_comes_back_at_its_cost",
    "TestValueOfMoves.test_a_unit_named_on_its_delivery_leaves_at_its_cost",
    "TestValueOfMoves.test_an_unserialized_unit_is_scrapped_at_its_cost",
    "TestValueOfMoves.test_corrections_keep_the_value",
    "TestValueOfMoves.test_undone_among_other_unserialized_units",
]
# All tests whose result differs, as in `compat`, with the reason.
EXPLAINED = {
    "stock_picking_auto_create_lot:TestStockPickingAutoCreateLot.test_auto_create_transfer_lot": (
        "validating a receipt without serial numbers opens the prompt instead of an error"
    ),
    **{
        f"{addon.NAME}:{test}": (
            "stock_picking_invoice_link lists invoices, which a warehouse user may not read, in the transfer's form: "
            "nothing is left to open"
        )
        for test in (
            "TestDocuments.test_who_may_not_see_the_order_opens_the_transfer",
            "TestOwnFields.test_a_circle_of_corrections_ends",
        )
    },
    **{
        f"{addon.NAME}:TestMessages.{test}": (
            "stock_owner_restriction takes an owner's unit out of a customer's stock without its owner, so that stock "
            "with the owner is left there"
        )
        for test in (
            "test_a_consigned_unit_that_comes_back_by_hand_has_its_owner_again",
            "test_it_has_its_owner_again_when_typed_or_chosen_in_a_row",
        )
    },
    f"{addon.NAME}:TestGuards.test_each_guard_is_missed": (
        "stock_interwarehouse_transfer refuses the move between two warehouses that one of them begins with"
    ),
    f"{addon.NAME}:TestFoundations.test_a_warehouse_is_archived_and_comes_back": (
        "rma's rules depend on `active`: with it, activating a warehouse never ends, without the addon, too"
    ),
    f"{addon.NAME}:TestRoutes.test_a_return_to_the_vendor_and_back_keeps_the_record": (
        "stock_picking_return_lot has a row for each serial number, and the test returns the transfer's quantity by each"
    ),
    **{
        f"{addon.NAME}:{test}": (
            "a warehouse user can't open the form of a transfer, without the addon, too: stock_picking_invoice_link "
            "lists invoices in it, and Odoo's stock_delivery reads the ZIP codes of carriers"
        )
        for test in OWN_TOURS
    },
    **{
        f"{addon.NAME}:{test}": (
            "stock_request, stock_inventory_lockdown and stock_picking_filter_lot ask the database for each line"
        )
        for test in OWN_QUERIES
    },
    **{
        f"{addon.NAME}:{test}": (
            "stock_restrict_lot counts all units of a part as those of each lot (qty_available with a lot in the "
            "context), so that Odoo values each lot with all of them"
        )
        for test in OWN_VALUES
    },
}
NOT_FOUND = "the package index has no wheel of it for this Odoo"
CHECK_PYTHON_PACKAGE = "import sys; from odoo.modules.module import check_python_external_dependency as check; check(sys.argv[1])"


@dataclass
class Addons:
    """Addons that install together: ``folders`` by name, and ``left_out``, the reasons why others are missing.

    ``template`` is the name of the database that has them, once there is one.
    """

    folders: dict = field(default_factory=dict)
    left_out: dict = field(default_factory=dict)
    template: str = ""

    @property
    def versions(self):
        return {name: manifest(folder)["version"] for name, folder in sorted(self.folders.items())}

    def leave_out(self, name, reason):
        """Leave out one addon, and those that depend on it."""
        self.folders.pop(name, None)
        self.left_out[name] = reason
        for other, folder in list(self.folders.items()):
            if other in self.folders and name in manifest(folder)["depends"]:
                self.leave_out(other, f"it needs {name}")


def manifest(folder):
    """Return the manifest of the addon in this folder."""
    return {"depends": [], **ast.literal_eval((folder / "__manifest__.py").read_text())}


def choose(words):
    """Return the addons' names that *words* choose: sections of ``oca.txt``, modules or distributions."""
    sections = configparser.ConfigParser(allow_no_value=True)
    sections.read(LIST)
    chosen = []
    for word in words or [DEFAULT]:
        chosen += sections[word] if word in sections else [module_name(word)]
    return sorted(set(chosen))


def module_name(word):
    """Return the module in a distribution: ``stock_lot_scrap`` for ``odoo-addon-stock-lot-scrap``."""
    return word.removeprefix(DISTRIBUTION).replace("-", "_")


def prepare(stack_, words, modules):
    """Return the Addons that *words* choose, in a template database with Odoo's *modules*."""
    addons = fetch(stack_, choose(words))
    install(stack_, addons, modules)
    return addons


def fetch(stack_, names):
    """Return the Addons with these names, and OCA's that they depend on."""
    addons, waiting = Addons(), list(names)
    with locks.exclusive("oca", "it fetches the same addons"):
        while waiting:
            name = waiting.pop()
            if name in addons.folders or name in addons.left_out or _is_odoos(stack_, name):
                continue
            try:
                addons.folders[name] = _fetch(name)
            except Problem:
                addons.leave_out(name, NOT_FOUND)
            else:
                waiting += manifest(addons.folders[name])["depends"]
    for name in [*addons.left_out]:
        addons.leave_out(name, addons.left_out[name])
    for name, package in _missing_packages(stack_, addons):
        addons.leave_out(name, f"it needs the Python package {package}")
    if not addons.folders:
        raise Problem("none of these addons can be had: " + "; ".join(reasons(addons.left_out)))
    return addons


def reasons(left_out):
    """Return why each addon was left out, as text."""
    return [f"{name}: {reason}" for name, reason in sorted(left_out.items())]


def _is_odoos(stack_, name):
    return any((stack_.odoo / folder / name).is_dir() for folder in ("odoo/addons", "addons"))


def _fetch(name):
    """Return the folder of an addon, from its wheel."""

    def install_wheel(target):
        options = ["--no-deps", "--no-build", "--target", target]
        requirement = f"{DISTRIBUTION}{name.replace('_', '-')}=={SERIES}.*"
        bootstrap.run_uv(["install", *options, requirement], f"fetching OCA's {name}")

    wheel = locks.made_once(cache.folder("oca") / name, install_wheel, "it fetches the same addon")
    return wheel / "odoo/addons" / name


def _missing_packages(stack_, addons):
    """Yield ``(addon, Python package)`` for packages that an addon needs and Odoo's environment lacks."""
    for name, folder in list(addons.folders.items()):
        for package in manifest(folder).get("external_dependencies", {}).get("python", []):
            command = [stack_.python, "-c", CHECK_PYTHON_PACKAGE, package]
            if subprocess.run(command, check=False, env=stack_.env, capture_output=True).returncode:
                yield name, package


# --------------------------------------------------------------------------------- the template


def install(stack_, addons, modules):
    """Create a template database with Odoo's *modules* and these addons, if needed.

    Addons that don't install move to ``addons.left_out``.
    """
    parts = [stack_.identity, *modules, *map("=".join, addons.versions.items())]
    digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]
    name = f"{addon.NAME}_template_{digest}"
    folder = cache.folder("templates", name)
    known = folder / "left-out.json"
    with locks.exclusive(name, "it installs the same addons"):
        if not (stack_.server.is_template(name) and known.exists()):
            before = set(addons.left_out)
            _build(stack_, name, folder, addons, modules)
            found = {key: why for key, why in addons.left_out.items() if key not in before}
            known.write_text(json.dumps(found))
            stack_.server.mark_template(name, True)
    for left_out, reason in json.loads(known.read_text()).items():
        addons.leave_out(left_out, reason)
    addons.template = name


def _build(stack_, name, folder, addons, modules):
    """Install the addons; whenever one stops Odoo, start again without it."""
    base = database.template(stack_, modules, demo=False)
    log = folder / "install.log"
    while addons.folders:
        database.copy(stack_, base, folder, name)
        config = stack.write_config(folder, addons_path=addons_path(addons), without_demo=True)
        names = sorted(addons.folders)
        doing = f"installing {len(names)} addons of OCA"
        try:
            database.install(stack_, config, name, names, log, doing=doing)
        except Problem:
            loaded = [found[0] for found in database.LOADING.findall(log.read_text())]
            if not loaded or loaded[-1] not in addons.folders:
                raise
            say(f"{loaded[-1]} doesn't install")
            addons.leave_out(loaded[-1], "it doesn't install")
        else:
            break
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = {module for [module] in stack_.server.query(query, name)}
    for missing in sorted(set(addons.folders) - installed):
        addons.leave_out(missing, "Odoo doesn't install it")


def addons_path(addons):
    """Return a folder with these addons alone, so that Odoo doesn't auto-install others from the cache."""
    path = addon.folder("oca")
    for link in path.iterdir():
        link.unlink()
    for name, folder in addons.folders.items():
        (path / name).symlink_to(folder)
    return path

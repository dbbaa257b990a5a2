from collections import defaultdict

from odoo.fields import Domain

from . import code_messages


class EntryPackages:
    """The package that units go into, or on a Serialize transfer are in, from the scan of its SSCC
    until a bin is scanned. A package is in one bin, with all that is in it.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfer
    :param name: the package to start with; left out where the user has no packages
    :ivar name: the current package, an empty text if there is none. A package that doesn't exist is
        created when the first unit is put into it.
    """

    def __init__(self, assignment, name=""):
        self._picking = assignment.picking
        self.env = assignment.env
        self._is_from_stock = assignment.is_from_stock
        self._is_serialize = assignment.is_serialize
        self._are_in_stock = assignment.are_in_stock
        self._units = assignment.units
        self._is_used = self.env.user.has_group("stock.group_tracking_lot")
        self.name = name if name and self._is_used else ""
        self._packages = {}
        self._bins = {}  # By the name of the package.
        # By the name of their package: the lines put into it; with none, those taken out of theirs.
        self._lines = defaultdict(list)

    def read_names(self, names):
        """Read at once where the packages with these *names*, and those on the transfer, are."""
        if self._are_in_stock:
            return
        own = self._units.lines.result_package_id
        names = {*filter(None, names), *own.mapped("name"), *filter(None, [self.name])}
        if not names:
            return
        found = self.env["stock.package"].search(
            Domain("name", "in", list(names))
            & Domain("company_id", "in", [False, self._picking.company_id.id])
        )
        bins = self._read_bins(found)
        # Several packages may have one name: the one on the transfer, else one that can be used.
        for package in found.sorted(
            lambda package: (package not in own, not self._is_here(bins[package]), package.id)
        ):
            if package.name not in self._packages:
                self._packages[package.name] = package
                self._bins[package.name] = bins[package]

    def _read_bins(self, packages):
        """Return ``{package: bin}``: where it is, or open transfers bring it."""
        lines = self.env["stock.move.line"].search_fetch(
            Domain("result_package_id", "in", packages.ids)
            & Domain("state", "not in", ("done", "cancel"))
            & Domain("id", "not in", self._units.waiting.ids),
            ["result_package_id", "location_dest_id"],
        )
        bins = {line.result_package_id: line.location_dest_id for line in lines}
        return {
            package: package.location_id or bins.get(package, package.location_id)
            for package in packages
        }

    def _is_here(self, location):
        return not location or self._picking._is_in_root(location)

    # --------------------------------------------------------------------------- while scanning

    def switch(self, name, location):
        """Make *name* the current package; return why it can't be, an empty text if it can.

        :param location: the current bin, if any
        """
        if not self._is_used:
            return code_messages.explain_no_packages(self.env, name)
        if self._is_from_stock:
            return code_messages.explain_package(self.env, name)
        if problem := self._explain(name, location):
            return problem
        self.name = name
        return ""

    def end(self):
        """Let units go into no package; return the message about it, if they went into one."""
        name, self.name = self.name, ""
        return code_messages.explain_end(self.env, name) if name else ""

    def describe(self):
        """Return which package is the current one, and where it is."""
        if location := self.find_bin():
            return self.env._(
                "Package: %(package)s, in %(location)s.",
                package=self.name,
                location=location.display_name,
            )
        return self.env._("Package: %(package)s.", package=self.name)

    def find_bin(self):
        """Return the bin of the current package, or no bin."""
        if self._is_serialize:
            return self.find_standing().location_id
        return self._bins.get(self.name, self.env["stock.location"])

    def explain(self, location):
        """Return why a unit for the bin *location* can't go into the current package; an empty text
        if it can."""
        if not self.name or self._are_in_stock:
            return ""
        return self._explain(self.name, location)

    def _explain(self, name, location):
        if self._is_serialize:
            return "" if self.find_standing(name) else code_messages.explain_empty(self.env, name)
        there = self._bins.get(name)
        if there and not self._is_here(there):
            return code_messages.explain_package_elsewhere(self._picking, name, there)
        if there and location and location != there:
            return code_messages.explain_package_bin(self.env, name, there)
        return ""

    # ------------------------------------------------------------------------------- its units

    def find_standing(self, name=None):
        """Return the line of the next unserialized unit in stock that is in the package *name*, by
        default the current one; or no line."""
        packages = self._find_in_stock(name or self.name)
        found = (self._units.find_waiting(part, packages) for part in self._units.products)
        return next(filter(None, found), self._units.waiting.browse())

    def find_unit(self, product, location):
        """Return the line of the next unserialized unit of *product* in stock that is in the current
        package, and in the bin *location* if there is one; or None."""
        line = self._units.find_waiting(product, self._find_in_stock(self.name))
        return line if line and location in (line.location_id, line.location_id.browse()) else None

    def _find_in_stock(self, name):
        """Return the packages called *name* that had unserialized units on this transfer."""
        if name not in self._packages:
            found = self._units.waiting.package_id.filtered(lambda package: package.name == name)
            self._packages[name] = found
        return self._packages[name]

    def put(self, line, location):
        """Note that the unit on *line*, which goes to the bin *location*, goes into the current
        package. If there is none, it leaves its own where that is in another bin."""
        name = self.name or line.result_package_id.name
        if not name:
            return
        if self.name:
            self._lines[name].append(line)
        elif (self._bins.get(name) or location) != location:
            self._lines[""].append(line)
            return
        self._bins[name] = self._bins.get(name) or location

    def save(self):
        """Write the packages to the lines, and create those that don't exist."""
        new = [name for name in self._lines if name and name not in self._packages]
        made = self.env["stock.package"].create([{"name": name} for name in new])
        self._packages |= dict(zip(new, made, strict=True))
        for name, lines in self._lines.items():
            lines = self.env["stock.move.line"].concat(*lines)
            lines.result_package_id = self._packages.get(name, False)

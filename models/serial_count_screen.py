"""What people see while they count: their bin, how many units are counted in it, and which."""

from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.i18n import format_list

#: How many lines of a bin are shown below the scan box.
SHOWN = 20


class SerialCount(models.Model):
    _inherit = "serial.count"

    missing_ids = fields.One2many(
        "serial.count.line",
        "count_id",
        "Missing Units",
        domain=[("status", "=", "missing")],
        readonly=True,
    )
    misplaced_ids = fields.One2many(
        "serial.count.line",
        "count_id",
        "Misplaced Units",
        domain=[("status", "in", ("misplaced", "gone"))],
        readonly=True,
    )
    apply_summary = fields.Char("What Applying Does", compute="_compute_apply_summary")
    unknown_ids = fields.One2many(
        "serial.count.line",
        "count_id",
        "Unknown Numbers",
        domain=[("status", "=", "unknown")],
        readonly=True,
    )

    @api.depends("line_ids.status", "line_ids.resolution", "line_ids.quantity", "bin_ids.state")
    def _compute_apply_summary(self):
        for count in self:
            count.apply_summary = count._summarize() if count.bin_ids else False

    def _summarize(self):
        """Return what applying this count does, or what has to be done before, as a sentence."""
        self.ensure_one()
        open_bins = self.bin_ids.filtered(lambda counted_bin: counted_bin.state == "open")
        if open_bins:
            bins = format_list(self.env, open_bins.mapped("location_id.name"))
            return self.env._("Before this count can be applied, close %(bins)s.", bins=bins)
        numbers = self._count_resolutions()
        phrases = {
            "move_here": self.env._("moves %s", numbers["move_here"]),
            "to_missing": self.env._("takes %s to Missing", numbers["to_missing"]),
            "write_off": self.env._("writes off %s", numbers["write_off"]),
            "adjust": self.env._("corrects %s of the quantities", numbers["adjust"]),
            "none": self.env._("leaves %s unchanged", numbers["none"]),
        }
        parts = [phrase for resolution, phrase in phrases.items() if numbers[resolution]]
        if not parts:
            return self.env._("Everything is where it belongs: applying changes nothing.")
        return self.env._("Applying %(what)s.", what=format_list(self.env, parts))

    def _count_resolutions(self):
        """Return a Counter of what applying does, by resolution; ``adjust`` is for the quantities of
        parts without serial numbers, ``none`` for what is wrong and left so."""
        lines = self.env["serial.count.line"]
        numbers, domain = Counter(), Domain("count_id", "=", self.id)
        units = lines._read_group(
            domain & Domain("lot_id", "!=", False), ["status", "resolution"], ["__count"]
        )
        for status, resolution, number in units:
            numbers[resolution] += number if (status, resolution) != ("here", "none") else 0
        parts = lines.search(
            domain & Domain("lot_id", "=", False) & Domain("status", "!=", "unknown")
        )
        numbers["adjust"] = len(parts.filtered(lambda line: line._has_difference()))
        return numbers

    def scan_on_screen(self, text, as_new=False, columns=None):
        """Count *text* as ``scan`` does, and return ``{"entries", "screen"}``: its rows, and what
        ``read_screen`` returns afterwards."""
        entries = self.scan(text, as_new, columns)
        return {"entries": entries, "screen": self.read_screen()}

    @api.readonly
    def read_screen(self):
        """Return what the scan box shows of the bin in which the user is counting:
        ``{"bin", "rows", "more"}``.

        ``bin`` is False without one, else ``{"id", "name", "path", "found", "expected",
        "counted"}``: how many units were found of those that are expected, which is False where that
        is hidden, and how many were counted, misplaced ones, too. ``rows`` are its latest lines, the
        newest first, as ``{"id", "text", "serial", "status", "message"}``; ``more`` is how many
        others there are.
        """
        self.ensure_one()
        self.check_access("read")
        counted_bin, lines = self.current_bin_id, self.env["serial.count.line"]
        if not counted_bin:
            return {"bin": False, "rows": [], "more": 0}
        domain = [("bin_id", "=", counted_bin.id)]
        shown = lines.search(domain, limit=SHOWN)
        counted = lines.search_count(domain)
        return {
            "bin": {
                "id": counted_bin.id,
                "name": counted_bin.location_id.name,
                "path": counted_bin.location_id.display_name,
                "found": counted_bin.found_count,
                "expected": not self.is_blind and counted_bin.expected_count,
                "counted": counted,
            },
            "rows": [
                {
                    "id": line.id,
                    "text": line.name,
                    "serial": line.lot_id.name or "",
                    "status": line.status,
                    "message": line.message or "",
                }
                for line in shown
            ],
            "more": counted - len(shown),
        }

    def close_bin_on_screen(self, bin_id=False):
        """Close a bin, and return ``{"message", "screen"}``: what was found, in one sentence, and what
        ``read_screen`` returns afterwards.

        :param int bin_id: the ``serial.count.bin``; by default the one in which the user is counting
        :raise UserError: as ``action_close_bin`` does
        """
        self.ensure_one()
        chosen = self.bin_ids.filtered(lambda counted_bin: counted_bin.id == bin_id)
        counted_bin = chosen or self.current_bin_id
        self.action_close_bin(counted_bin.id)
        return {"message": self._describe_closed(counted_bin), "screen": self.read_screen()}

    def _describe_closed(self, counted_bin):
        """Return what was found in *counted_bin*, a closed bin, in one sentence."""
        return self.env._(
            "%(location)s closed: %(found)s here, %(missing)s missing, %(misplaced)s misplaced.",
            location=counted_bin.location_id.name,
            found=counted_bin.found_count,
            missing=counted_bin.missing_count,
            misplaced=counted_bin.misplaced_count,
        )

    # ------------------------------------------------------------------------- for all of a list

    def action_all_to_missing(self):
        """Set that everything that is missing goes to the warehouse's Missing location."""
        self.missing_ids.action_to_missing()

    def action_write_off_all(self):
        """Set that everything that is missing is taken out of stock."""
        self.missing_ids.action_write_off()

    def action_move_all_here(self):
        """Set that everything that is misplaced, or gone, is moved where it was found."""
        self.misplaced_ids.action_move_here()

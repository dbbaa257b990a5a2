from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .counting import count_messages as messages


class SerialCountBin(models.Model):
    """A bin of a count: who closed it, when, and how much was right in it.

    ``accuracy`` is the percentage of units that are where the books have them: those that were
    expected here and found, divided by those that were expected or are wrongly here. A part without
    serial numbers counts as one, right if its quantity is. An empty bin that is expected to be empty
    has 100. It is set when the bin is closed, and stays as it was then; so does ``expected_count``.
    """

    _name = "serial.count.bin"
    _description = "Counted Bin"
    _inherit = "serialized_parts.own.fields"
    _order = "id"
    _rec_name = "location_id"

    _own_fields = {
        *("count_id", "location_id", "user_id", "date", "state", "expected_count"),
        *("found_count", "missing_count", "misplaced_count", "accuracy", "company_id"),
    }

    count_id = fields.Many2one("serial.count", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="count_id.company_id", store=True)
    location_id = fields.Many2one("stock.location", "Bin", required=True, index=True)
    user_id = fields.Many2one("res.users", "Closed By", readonly=True)
    date = fields.Datetime("Closed On", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True, readonly=True
    )
    line_ids = fields.One2many("serial.count.line", "bin_id", readonly=True)
    expected_count = fields.Integer("Expected", readonly=True)
    found_count = fields.Integer("Found", readonly=True)
    missing_count = fields.Integer("Missing", readonly=True)
    misplaced_count = fields.Integer("Misplaced", readonly=True)
    accuracy = fields.Float(
        "Accuracy (%)", digits=(5, 1), aggregator="avg", readonly=True, help="Once it is closed."
    )

    _unique_location = models.UniqueIndex("(count_id, location_id)")

    def _check_open(self, count=None):
        """:raise UserError: if one of these bins is closed, or not of *count*"""
        for counted_bin in self:
            if counted_bin.state == "closed":
                raise UserError(messages.explain_closed(counted_bin))
            if count and counted_bin.count_id != count._origin:
                raise UserError(self.env._("Scan the bin first."))

    # ------------------------------------------------------------------------------- the numbers

    def _get_expected_domain(self):
        """Return the domain of the quants that are expected in these bins of one count: units with a
        serial number, and parts without."""
        quants = self.env["stock.quant"]
        units = Domain("product_id.tracking", "=", "serial") & Domain("lot_id", "!=", False)
        parts = Domain("product_id.tracking", "=", "none")
        domain = Domain("location_id", "in", self.location_id.ids)
        if products := self.count_id.product_ids:
            domain &= Domain("product_id", "in", products.ids)
        return domain & (units & quants._get_present_domain() | parts & Domain("quantity", "!=", 0))

    def _count_expected(self):
        """Return a Counter by location: how many units, and parts without serial numbers, are
        expected in these bins."""
        quants = self.env["stock.quant"]
        numbers, expected = Counter(), self._get_expected_domain()
        for domain, counted in (
            (Domain("lot_id", "!=", False), "lot_id:count_distinct"),
            (Domain("lot_id", "=", False), "product_id:count_distinct"),
        ):
            numbers.update(dict(quants._read_group(expected & domain, ["location_id"], [counted])))
        return numbers

    def _set_expected(self):
        """Write how much is expected in these bins, unless that is hidden."""
        shown = self.filtered(
            lambda counted_bin: counted_bin.state == "closed" or not counted_bin.count_id.is_blind
        )
        if shown:
            numbers = shown._count_expected()
            for counted_bin in shown:
                # Only the addon itself writes it.
                counted_bin.sudo().expected_count = numbers[counted_bin.location_id]

    def _update_numbers(self):
        """Write how much was found and missed in these bins."""
        rows = self.env["serial.count.line"]._read_group(
            [("bin_id", "in", self.ids)], ["bin_id", "status"], ["__count"]
        )
        numbers = {(counted_bin, status): number for counted_bin, status, number in rows}
        for counted_bin in self:
            # Only the addon itself writes it.
            counted_bin.sudo().write(
                {
                    "found_count": numbers.get((counted_bin, "here"), 0),
                    "misplaced_count": numbers.get((counted_bin, "misplaced"), 0),
                    "missing_count": numbers.get((counted_bin, "missing"), 0),
                }
            )

    def _measure_accuracy(self):
        """Return the percentage of what is right in this bin, see the model."""
        self.ensure_one()
        wrong = self.line_ids.filtered(lambda line: line.status in ("misplaced", "gone", "unknown"))
        here = self.line_ids.filtered(lambda line: line.status == "here")
        right = here.filtered(lambda line: line.lot_id or line._has_expected_quantity())
        # What came in after the expected was counted is here, and expected.
        unexpected = here.filtered(lambda line: not line.lot_id and not line.expected_quantity)
        total = self.expected_count + len(wrong) + len(unexpected)
        return 100 * len(right) / total if total else 100

    # ---------------------------------------------------------------------------------- closing

    def action_close(self):
        """Close these bins: what is expected in them and wasn't seen becomes a line *missing*, and
        how accurate they are is measured.

        :raise UserError: if one is closed already, or its count is applied or cancelled
        """
        self.check_access("write")
        self.count_id._check_counting()
        self._check_open()
        self._wait_for_scans()
        for counted_bin in self:
            counted_bin._add_missing_units()
            counted_bin._check_quantities()
            # Only the addon itself writes these.
            counted_bin.sudo().write(
                {"state": "closed", "user_id": self.env.uid, "date": fields.Datetime.now()}
            )
            counted_bin._set_expected()
            counted_bin.sudo().accuracy = counted_bin._measure_accuracy()  # See above.
        self._update_numbers()
        # Everybody who counts there has to scan another bin.
        self.env["serial.count.person"].sudo().search([("bin_id", "in", self.ids)]).bin_id = False

    def _wait_for_scans(self):
        """Lock these bins. If somebody else is scanning in one, or closing it, this waits for them,
        and Odoo then retries this call, which finds what they did."""
        self.env.execute_query(
            SQL(
                "SELECT FROM serial_count_bin WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )

    def action_reopen(self):
        """Reopen these bins, to go on counting in them.

        :raise UserError: if the count of one is applied or cancelled
        """
        self.check_access("write")
        self.count_id._check_counting()
        # Only the addon itself writes these.
        bins = self.filtered(lambda counted_bin: counted_bin.state == "closed").sudo()
        values = {"state": "open", "user_id": False, "date": False, "accuracy": 0}
        bins.write(values)
        bins.filtered("count_id.is_blind").expected_count = 0
        bins.line_ids.filtered(lambda line: line.status == "missing").unlink()
        parts = bins.line_ids.filtered(lambda line: line.status == "here" and not line.lot_id)
        parts.expected_quantity = 0
        parts._describe_quantities()
        bins._update_numbers()

    def _add_missing_units(self):
        """Add a line for each unit that is expected in this bin, and was seen nowhere."""
        quants = self.env["stock.quant"].search(
            self._get_expected_domain() & Domain("lot_id", "!=", False)
        )
        lines = self.env["serial.count.line"]
        seen = lines.search(
            [("count_id", "=", self.count_id.id), ("lot_id", "in", quants.lot_id.ids)]
        ).lot_id
        missing = quants.lot_id - seen
        reserved = missing._find_reserving()
        texts = {state: missing._describe_unit_state(state) for state in set(reserved.values())}
        # Only the addon itself writes these.
        lines.sudo().create(
            [
                {
                    **self._prepare_missing(lot.product_id),
                    "lot_id": lot.id,
                    "name": lot.name,
                    "message": messages.describe_reserved(texts.get(reserved.get(lot), "")),
                }
                for lot in missing
            ]
        )

    def _check_quantities(self):
        """Compare the quantities of parts without serial numbers with the expected ones; add a line
        for each part that wasn't seen."""
        rows = self.env["stock.quant"]._read_group(
            self._get_expected_domain() & Domain("lot_id", "=", False),
            ["product_id"],
            ["quantity:sum"],
        )
        expected = {product: quantity for product, quantity in rows if quantity > 0}
        # Only the addon itself writes these.
        lines = self.line_ids.sudo().filtered(
            lambda line: not line.lot_id and line.status == "here"
        )
        for line in lines:
            line.expected_quantity = expected.pop(line.product_id, 0)
            line.message = messages.describe_quantity(
                line.product_id, line.quantity, line.expected_quantity
            )
        lines.create(
            [
                {
                    **self._prepare_missing(product),
                    "name": product.barcode or product.default_code or product.display_name,
                    "quantity": 0,
                    "expected_quantity": quantity,
                    "message": messages.describe_quantity(product, 0, quantity),
                }
                for product, quantity in expected.items()
            ]
        )

    def _prepare_missing(self, product):
        """Return the values of the line of what is missing in this bin."""
        return {
            "count_id": self.count_id.id,
            "bin_id": self.id,
            "product_id": product.id,
            "status": "missing",
            "expected_location_id": self.location_id.id,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }

"""The name of a serial number: clean, and unique for its part."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..fields.duplicate_guard import DuplicateGuard
from ..tools.serial_names import clean_name
from .many_units import count_lines
from .readable import filter_readable
from .similar_names import SIMILAR_INDEX, UNCLEAN_INDEX


class StockLot(models.Model):
    _inherit = "stock.lot"

    # Odoo doesn't track a change of name.
    name = fields.Char(tracking=True)

    # Finds a page of all serial numbers, or of a part's, without sorting the others.
    _serial_name_index = models.Index("(name, id)")
    _serial_alike_index = models.Index(SIMILAR_INDEX)
    _serial_unclean_index = models.Index(UNCLEAN_INDEX)

    _serialized_parts_unique = DuplicateGuard(
        lambda env, _diagnostics: env._(
            "Somebody else has just created one of these serial numbers. Try again."
        )
    )

    @api.depends("product_id")
    def _compute_name(self):
        result = super()._compute_name()
        for lot in self:
            # The prefix of a part's sequence is typed by people, too.
            if lot.name and lot.product_id.tracking == "serial":
                lot.name = clean_name(lot.name)
        return result

    @api.constrains("name", "product_id", "company_id")
    def _check_unique_lot(self):
        # A duplicate counts even if the user can't see it, and an archived one keeps its name.
        serials = self.sudo().with_context(active_test=False)
        try:
            return super(StockLot, serials)._check_unique_lot()
        except ValidationError as error:
            # Odoo may check inside this check: then the error already names the locations.
            lines = [*str(error).split("\n"), *serials._describe_duplicates()]
            raise ValidationError(count_lines(self.env, lines)) from error

    def _describe_duplicates(self):
        """Return, as texts, where the other serial numbers with these names are: on hand, archived,
        or another company's, as far as the user may know. Called with all rights."""
        duplicates = self.search(
            [
                ("id", "not in", self.ids),
                ("product_id", "in", self.product_id.ids),
                ("name", "in", self.mapped("name")),
            ]
        )
        readable = filter_readable(duplicates)
        return [
            *(lot._explain_other_company() for lot in duplicates - readable),
            *(
                self.env._(
                    "%(serial)s is in %(location)s.",
                    serial=lot.name,
                    location=quants._describe_locations(),
                )
                for lot in readable
                if (quants := lot._get_serial_quants())
            ),
            *(
                self.env._(
                    "%(serial)s is archived. Unarchive it, or give it another name first (Lots / "
                    "Serial Numbers, filter Archived).",
                    serial=lot.name,
                )
                for lot in readable
                if not lot.active
            ),
        ]

    @api.model
    def _guard_against_duplicates(self):
        """Make the database refuse two serial numbers of one part with the same name. If there are
        some already, log them instead.

        :return: whether it refuses them
        """
        return self._serialized_parts_unique.arm(self)

    @api.constrains("name")
    def _check_no_formula(self):
        formulas = self.filtered(lambda lot: lot.name and lot.name.startswith("="))
        serials = formulas.filtered(lambda lot: lot.product_id.tracking == "serial")
        if serials:
            raise ValidationError(
                self.env._(
                    "%(serials)s: a serial number can't start with =, like a formula.",
                    serials=", ".join(serials.mapped("name")),
                )
            )

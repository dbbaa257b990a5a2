"""Whose unit it is: companies may share a part, but each unit belongs to one of them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .readable import filter_readable

#: The fields that a company's documents still show of a unit that another company has by now,
#: besides those that each company has for itself.
NAMED = {
    *("name", "product_id", "company_id", "active"),
    *("alert_date", "expiration_date", "removal_date", "use_date"),
}


class StockLot(models.Model):
    _inherit = "stock.lot"

    # For the record rules only; nobody may read or write it.
    unit_company_id = fields.Many2one(
        "res.company",
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="The company that has this unit, or had it last.",
    )
    in_company_history = fields.Boolean(
        compute="_compute_in_company_history",
        search="_search_in_company_history",
        help="One of the user's companies has this serial number in its documents.",
    )

    @api.depends("source")
    @api.depends_context("allowed_company_ids")
    def _compute_in_company_history(self):
        # This is also computed for serial numbers that the user can't read.
        ours = self.sudo().with_context(active_test=False)
        ours = ours.search(Domain("id", "in", self.ids) & Domain("in_company_history", "=", True))
        ids = set(ours.ids)
        for lot in self:
            lot.in_company_history = lot._origin.id in ids

    @api.model
    def _search_in_company_history(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Source is stored as {company id: name}, for the companies that had the serial number.
        companies = [str(company) for company in self.env.companies.ids]
        ours = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s ?| %s", SQL.identifier(alias, "source"), companies
            )
        )
        return ours if True in value else ~ours

    def _fetch_field(self, field):
        try:
            return super()._fetch_field(field)
        except AccessError:
            if not self._is_named(field) or not self.browse().has_access("read"):
                raise
        others = self - self._filtered_access("read")
        named = others.filtered("in_company_history")
        # A company's own delivery slips and invoices still name the unit. Lists, and reading by
        # id, don't come this way.
        named.sudo().fetch([name for name, other in self._fields.items() if self._is_named(other)])
        return super(StockLot, self - named)._fetch_field(field)

    @api.model
    def _is_named(self, field):
        return field.store and (field.name in NAMED or field.company_dependent)

    def _check_known(self):
        """:raise AccessError: if the user can't read one, and none of their documents name it"""
        others = self - self._filtered_access("read")
        if self:  # else nothing to check, even if the user may read no serial number at all
            (others - others.filtered("in_company_history")).check_access("read")

    def _explain_other_company(self):
        """Return the message that another company's serial number has this name."""
        self.ensure_one()
        return self.env._(
            "%(serial)s belongs to another company that shares this part.",
            serial=self.name,
        )

    def _name_own(self):
        """Return the name of this serial number for a message to the user; a text without it unless
        it is or was one of the user's companies'."""
        self.ensure_one()
        if filter_readable(self) or self.in_company_history:
            # The user's own documents show this name anyway.
            return self.sudo().name
        return self.env._("a serial number of another company")

    def _filter_left_other_company(self, company):
        """Return the serial numbers that another company had last, and that are in no other
        company's location: *company* may get them. Called with all rights."""
        return self.filtered(
            lambda lot: lot.unit_company_id - company and not lot.location_id.company_id - company
        )

    def _assign_company(self, company):
        """Assign these serial numbers to *company*, whose document is about to move their units.
        Called with all rights."""
        if self:
            self.unit_company_id = company

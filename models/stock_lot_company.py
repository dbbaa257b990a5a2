"""Whose unit it is: companies share a part, its units are each company's own."""

# A subject of its own: pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .readable import filter_readable

#: The fields that a company's own documents show of a unit that another company has by now, besides
#: those that are each company's own.
NAMED = {
    *("name", "product_id", "company_id", "active"),
    *("alert_date", "expiration_date", "removal_date", "use_date"),
}


class StockLot(models.Model):
    _inherit = "stock.lot"

    # The record rules ask it; nobody else needs it, and nobody may write it.
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
        # It is asked of serial numbers that the user can't read.
        ours = self.sudo().with_context(active_test=False)
        ours = ours.search(Domain("id", "in", self.ids) & Domain("in_company_history", "=", True))
        ids = set(ours.ids)
        for lot in self:
            lot.in_company_history = lot._origin.id in ids

    @api.model
    def _search_in_company_history(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Source is stored as {company id: name}, for the companies that had the serial.
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
        # A company's own delivery slips and invoices still name the unit. Lists, and what is read
        # by an id, do not come this way.
        named.sudo().fetch([name for name, other in self._fields.items() if self._is_named(other)])
        return super(StockLot, self - named)._fetch_field(field)

    @api.model
    def _is_named(self, field):
        return field.store and (field.name in NAMED or field.company_dependent)

    def _check_known(self):
        """:raise AccessError: for what the user can't read, nor its companies' documents name"""
        others = self - self._filtered_access("read")
        if self:  # else there is nothing to check, also for who may read no serial number at all
            (others - others.filtered("in_company_history")).check_access("read")

    def _explain_other_company(self):
        """Return that this name is taken by another company's serial number."""
        self.ensure_one()
        return self.env._(
            "%(serial)s belongs to another company that shares this part.",
            serial=self.name,
        )

    def _name_own(self):
        """Return the name of this serial number for a message to the user, where it is, or was,
        one of its companies'."""
        self.ensure_one()
        if filter_readable(self) or self.in_company_history:
            # Its name is no more than its own documents show.
            return self.sudo().name
        return self.env._("a serial number of another company")

    def _filter_left_other_company(self, company):
        """Return those of these serial numbers, with all rights, that another company had last,
        and that are in no location of another one: *company* may get them."""
        return self.filtered(
            lambda lot: lot.unit_company_id - company and not lot.location_id.company_id - company
        )

    def _assign_company(self, company):
        """Let these serial numbers, with all rights, be those of *company*, whose document is
        about to move their units."""
        if self:
            self.unit_company_id = company

"""The daily activities of the check-up: they show the person responsible for a part what has to be
checked."""

import logging
from collections import Counter, defaultdict

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from .serial_checkup import KINDS

_logger = logging.getLogger(__name__)

#: Of the first, the units in their rows are counted; of the second, the serial numbers; of the
#: others, the rows.
COUNTED_BY_UNIT = {"unserialized", "below_zero", "answers_missing"}
COUNTED_BY_SERIAL = {"several_positions", "odd_quantity", "elsewhere"}
#: The most activities that one run of the scheduled check adds.
MOST_NEW_ACTIVITIES = 100


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    @api.model
    def _check_daily(self):
        """Add the constraint against duplicates once there are none, and bring the activities up
        to date."""
        self.env["stock.lot"]._guard_against_duplicates()
        self._update_activities()

    @api.model
    def _update_activities(self):
        """Bring the activities of the check-up up to date with its findings: one for each part
        and person, without e-mail, deleted when nothing is found any more.

        At most ``MOST_NEW_ACTIVITIES`` are added; the others follow on the next days.
        """
        existing = self._find_activities()
        wanted = self._count_findings()
        self._apply_findings(existing, wanted)
        new = sorted(wanted.keys() - existing.keys(), key=lambda key: (key[0], key[1].id))
        activity_type = self.env.ref("serialized_parts.mail_activity_type_checkup")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                self._prepare_activity(activity_type, *key, wanted[key])
                for key in new[:MOST_NEW_ACTIVITIES]
            ]
        )
        if len(new) > MOST_NEW_ACTIVITIES:
            _logger.info(
                "Serial Check-up: %s activities added, %s follow on the next days.",
                MOST_NEW_ACTIVITIES,
                len(new) - MOST_NEW_ACTIVITIES,
            )

    @api.model
    def _refresh_activities(self, parts):
        """Bring the activities of these parts up to date, after somebody has put a finding
        right. None is added here. One query where there are none.

        An activity that somebody else is changing right now is left to the scheduled action, which
        then runs soon: so nobody has to wait, or to redo work.

        :param parts: ``product.template`` records
        """
        # The activity may be another user's, about stock of companies that this one can't see.
        checkup = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=[])
        existing = checkup._find_activities([("res_id", "in", parts.ids)])
        if not existing:
            return
        self.env.flush_all()
        part_ids = {part_id for part_id, _user in existing}
        variants = checkup.env["product.product"].with_context(active_test=False)
        variants = variants.search([("product_tmpl_id", "in", list(part_ids))])
        # With the ids of the variants, PostgreSQL leaves out all other parts.
        found = checkup._count_findings([("product_id", "in", variants.ids)])
        changed = {
            key: activity
            for key, activity in existing.items()
            if key not in found or activity.summary != checkup._summarize(key[1], found[key])
        }
        free = checkup._lock_activities(changed.values())
        checkup._apply_findings(
            {key: activity for key, activity in changed.items() if activity.id in free}, found
        )
        if len(free) < len(changed):
            checkup.env.ref("serialized_parts.ir_cron_serial_checkup")._trigger()

    @api.model
    def _lock_activities(self, activities):
        """Lock those of *activities* that nobody else is changing, or has changed since this
        transaction began, and return their ids."""
        ids = [activity.id for activity in activities]
        query = SQL("SELECT id FROM mail_activity WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED", ids)
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                return {id_ for [id_] in self.env.cr.fetchall()}
        except SerializationFailure:
            return set()

    @api.model
    def _find_activities(self, domain=()):
        """Return ``{(product.template id, user): activity}`` of the check-up's activities."""
        activity_type = self.env["ir.model.data"]._xmlid_to_res_id(
            "serialized_parts.mail_activity_type_checkup"
        )
        activities = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .search([("activity_type_id", "=", activity_type), *domain])
        )
        return {(activity.res_id, activity.user_id): activity for activity in activities}

    @api.model
    def _apply_findings(self, activities, found):
        """Write what was *found* on these activities, and delete those with nothing left.

        :param activities: what :meth:`_find_activities` returns
        :param found: what :meth:`_count_findings` returns
        """
        gone = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        for key, activity in activities.items():
            if key not in found:
                gone += activity
            elif activity.summary != (summary := self._summarize(key[1], found[key])):
                activity.summary = summary
        gone.unlink()

    def _prepare_activity(self, activity_type, part_id, user, found):
        there = self.with_context(lang=user.lang)
        return {
            "activity_type_id": activity_type.id,
            "res_model_id": self.env["ir.model"]._get_id("product.template"),
            "res_id": part_id,
            "user_id": user.id,
            "automated": True,
            "summary": self._summarize(user, found),
            "note": there.env._(
                "The Serial Check-up shows what to do: in Inventory / Reporting, or in the menu of "
                "the overview's Serialize card."
            ),
        }

    def _summarize(self, user, found):
        """Return how much of each kind was *found*, as text in the language of *user*."""
        checkup = self.with_context(lang=user.lang)
        kinds = [kind for kind in KINDS if found[kind]]
        return ", ".join(getattr(checkup, f"_summarize_{kind}")(found[kind]) for kind in kinds)

    def _count_findings(self, domain=()):
        """Return ``{(product.template id, responsible user): {kind: how much of it}}`` for the
        rows in *domain*."""
        rows = self._read_group(
            [("product_id", "!=", False), *domain],
            ["product_id", "company_id", "kind"],
            ["__count", "quantity:sum", "lot_id:count_distinct"],
        )
        by_company = defaultdict(lambda: defaultdict(Counter))
        for product, company, kind, count, units, serials in rows:
            # A finding without a company goes to the first company.
            found = by_company[company or self.env.company][product.product_tmpl_id]
            if kind in COUNTED_BY_UNIT:
                found[kind] += abs(units)
            else:
                found[kind] += serials if kind in COUNTED_BY_SERIAL else count
        found = defaultdict(Counter)
        for company, by_part in by_company.items():
            manager = self._get_inventory_manager(company)
            for part, counts in by_part.items():
                user = part.with_company(company).responsible_id
                if not (user.active and user.has_group("stock.group_stock_user")):
                    user = manager
                if user:
                    found[part.id, user].update(counts)
        return found

    def _get_inventory_manager(self, company):
        """Return the inventory manager who gets the activities of parts without a responsible
        warehouse user; empty if the company has none."""
        managers = self.env.ref("stock.group_stock_manager").all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        return managers.sorted("id")[:1]

"""Findings about names of serial numbers: duplicates, and similar ones."""

from odoo import api, models
from odoo.tools import SQL

from .similar_names import FOLDED_NAME, IS_UNCLEAN, SEEN_NAME, get_similar_domain


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    @api.model
    def _count_bearers(self, name):
        """Return the SQL that counts the lots of a part that bear one *name* in the company of
        *lot*. A lot without a company counts in all companies.

        :param SQL name: the name
        """
        return SQL(
            """
            CASE WHEN lot.company_id IS NULL
                 THEN count(*) OVER (PARTITION BY lot.product_id, %(name)s)
                 ELSE count(*) FILTER (WHERE lot.company_id IS NULL)
                               OVER (PARTITION BY lot.product_id, %(name)s)
                    + count(*) OVER (PARTITION BY lot.product_id, %(name)s, lot.company_id)
                 END
            """,
            name=name,
        )

    # ------------------------------------------------------------------------------ duplicate

    @api.model
    def _select_duplicate(self):
        # Companies count as in stock.lot._check_unique_lot. Where the database has the constraint
        # against duplicates, there are none to look for.
        return SQL(
            """
            SELECT lot.id AS record_id, lot.product_id, lot.id AS lot_id, lot.location_id,
                   location.warehouse_id, NULL::int AS picking_id,
                   COALESCE(lot.company_id, location.company_id, lot.unit_company_id)
                       AS company_id,
                   lot.bearers AS quantity, 1 AS expected
              FROM (SELECT lot.id, lot.product_id, lot.location_id, lot.company_id,
                           lot.unit_company_id, %(bearers)s AS bearers
                      FROM (SELECT product_id, name
                              FROM stock_lot
                          GROUP BY product_id, name
                            HAVING count(*) > 1) AS same
                      JOIN stock_lot lot ON lot.product_id = same.product_id
                                        AND lot.name = same.name) AS lot
         LEFT JOIN stock_location location ON location.id = lot.location_id
             WHERE lot.bearers > 1
               AND NOT EXISTS (SELECT FROM pg_constraint
                                WHERE conname = 'stock_lot_serialized_parts_unique')
            """,
            bearers=self._count_bearers(SQL("lot.name")),
        )

    def _describe_duplicate(self):
        return [
            self.env._(
                "%(units)g serial numbers of this part have this name. Rename all but one.",
                units=row.quantity,
            )
            for row in self
        ]

    @api.model
    def _summarize_duplicate(self, count):
        if count == 1:
            return self.env._("1 duplicate serial number")
        return self.env._("%(count)g duplicate serial numbers", count=count)

    @api.model
    def _open_duplicate(self, serial):
        same = [("product_id", "=", serial.product_id.id), ("name", "=", serial.name)]
        return self._open_serials([*same, ("active", "in", (True, False))])

    # -------------------------------------------------------------------------------- similar

    @api.model
    def _select_similar(self):
        # Active lots whose names are similar, where one company has both.
        return SQL(
            """
            SELECT lot.id AS record_id, lot.product_id, lot.id AS lot_id, lot.location_id,
                   location.warehouse_id, NULL::int AS picking_id,
                   COALESCE(lot.company_id, location.company_id) AS company_id,
                   lot.bearers AS quantity, 1 AS expected
              FROM (SELECT lot.id, lot.product_id, lot.location_id, lot.company_id,
                           %(bearers)s AS bearers
                      FROM (%(names)s) AS same
                CROSS JOIN LATERAL (%(lots)s) AS lot) AS lot
         LEFT JOIN stock_location location ON location.id = lot.location_id
             WHERE lot.bearers > 1
               AND 'serial' = (SELECT part.tracking
                                 FROM product_product product
                                 JOIN product_template part ON part.id = product.product_tmpl_id
                                WHERE product.id = lot.product_id)
            """,
            bearers=self._count_bearers(SQL("same.folded")),
            names=self._select_similar_names(),
            lots=self._select_bearers_of_similar_names(),
        )

    @api.model
    def _select_similar_names(self):
        """Return the SQL of the names, as people see them, that several lots of a part may bear."""
        # PostgreSQL can't know how few they are: OFFSET 0 makes it look them up one by one.
        return SQL(
            """
            SELECT product_id, %(seen)s AS folded
              FROM stock_lot
          GROUP BY product_id, %(seen)s
            HAVING min(name COLLATE "C") != max(name COLLATE "C")
             UNION
           (SELECT product_id, %(folded)s FROM stock_lot WHERE %(unclean)s
            OFFSET 0)
            """,
            folded=FOLDED_NAME,
            seen=SEEN_NAME,
            unclean=IS_UNCLEAN,
        )

    @api.model
    def _select_bearers_of_similar_names(self):
        """Return the SQL of the active lots that bear the name in the row *same*."""
        return SQL(
            """
            SELECT id, product_id, location_id,
                   COALESCE(company_id, unit_company_id) AS company_id
              FROM stock_lot
             WHERE product_id = same.product_id AND %(seen)s = same.folded AND active
             UNION
            SELECT id, product_id, location_id, COALESCE(company_id, unit_company_id)
              FROM stock_lot
             WHERE product_id = same.product_id AND %(unclean)s AND active
               AND %(folded)s = same.folded
            OFFSET 0
            """,
            folded=FOLDED_NAME,
            seen=SEEN_NAME,
            unclean=IS_UNCLEAN,
        )

    def _describe_similar(self):
        return [
            self.env._(
                "%(units)g serial numbers of this part look the same: they differ only in letter case, "
                "blanks, or signs such as O and 0. Check their units: rename one, or archive it if "
                "its unit is gone.",
                units=row.quantity,
            )
            for row in self
        ]

    @api.model
    def _summarize_similar(self, count):
        if count == 1:
            return self.env._("1 similar serial number")
        return self.env._("%(count)g similar serial numbers", count=count)

    @api.model
    def _open_similar(self, serial):
        similar = self.env["stock.lot"].search(get_similar_domain(serial))
        return self._open_serials([("id", "in", similar.ids)])

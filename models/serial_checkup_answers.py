"""Findings about answers to custom fields: some are missing, some are invalid."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..fields.answer_sql import sql_is_invalid


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    # ------------------------------------------------------------------------ answers missing

    @api.model
    def _select_answers_missing(self):
        # One row for each part and warehouse. This has to find what
        # stock.lot._search_answers_missing finds.
        return SQL(
            """
            SELECT min(lot.id) AS record_id, lot.product_id, NULL::int AS lot_id,
                   NULL::int AS location_id, location.warehouse_id, NULL::int AS picking_id,
                   COALESCE(lot.company_id, location.company_id, lot.unit_company_id)
                       AS company_id,
                   count(*) AS quantity, 0 AS expected
              FROM (SELECT category.id, array_agg(question->>'name') AS keys
                      FROM product_category category,
                           jsonb_array_elements(category.serial_question_definition) AS question
                     WHERE question->'required' = 'true'
                  GROUP BY category.id) AS part_type
              JOIN stock_lot lot ON lot.part_type_id = part_type.id
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
         LEFT JOIN stock_location location ON location.id = lot.location_id
             WHERE part.tracking = 'serial' AND lot.active
               AND (lot.serial_answers ?& part_type.keys) IS NOT TRUE
          GROUP BY lot.product_id, location.warehouse_id,
                   COALESCE(lot.company_id, location.company_id, lot.unit_company_id)
            """
        )

    def _describe_answers_missing(self):
        return [
            self.env._(
                "Serial numbers with an unanswered required custom field: %(units)g. Answer it.",
                units=row.quantity,
            )
            for row in self
        ]

    @api.model
    def _summarize_answers_missing(self, count):
        if count == 1:
            return self.env._("1 serial number with an unanswered custom field")
        return self.env._("%(count)g serial numbers with an unanswered custom field", count=count)

    @api.model
    def _open_answers_missing(self, serial):
        # All serial numbers that are counted in this one's row.
        warehouse = serial.location_id.warehouse_id
        there = Domain("location_id.warehouse_id", "=", warehouse.id)
        if not warehouse:
            there |= Domain("location_id", "=", False)
        part = Domain("product_id", "=", serial.product_id.id)
        return self._open_serials(part & there & Domain("answers_missing", "!=", False))

    # ------------------------------------------------------------------------ invalid answers

    @api.model
    def _select_invalid_answers(self):
        answers = SQL.identifier("lot", "serial_answers")
        no_question = SQL("%s - ARRAY(SELECT key::text FROM serial_question) <> '{}'", answers)
        conditions = [no_question]
        for definition, part_type_ids in self._read_definitions():
            invalid = [
                sql_is_invalid(question, SQL("(%s -> %s)", answers, question["name"]))
                for question in definition
            ]
            of_types = SQL("lot.part_type_id = ANY(%s)", part_type_ids)
            conditions.append(SQL("(%s AND (%s))", of_types, SQL(" OR ").join(invalid)))
        return SQL(
            """
            SELECT lot.id AS record_id, lot.product_id, lot.id AS lot_id, lot.location_id,
                   location.warehouse_id, NULL::int AS picking_id,
                   COALESCE(lot.company_id, location.company_id) AS company_id,
                   1 AS quantity, 0 AS expected
              FROM stock_lot lot
              JOIN product_product product ON product.id = lot.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
         LEFT JOIN stock_location location ON location.id = lot.location_id
             WHERE part.tracking = 'serial' AND lot.active AND (%s)
            """,
            SQL(" OR ").join(conditions),
        )

    @api.model
    def _read_definitions(self):
        """Return ``[(definition, ids of the part types that have it)]``."""
        self.env["product.category"].flush_model(["serial_question_definition"])
        return self.env.execute_query(
            SQL(
                """
                SELECT serial_question_definition, array_agg(id)
                  FROM product_category
                 WHERE jsonb_array_length(serial_question_definition) > 0
              GROUP BY serial_question_definition
                """
            )
        )

    def _describe_invalid_answers(self):
        return [
            self.env._(
                "These answers don't fit their custom fields: %(answers)s. Answer them again, or "
                "remove them.",
                answers=row.lot_id.invalid_answers,
            )
            for row in self
        ]

    @api.model
    def _summarize_invalid_answers(self, count):
        if count == 1:
            return self.env._("1 serial number with an answer that doesn't fit")
        return self.env._("%(count)g serial numbers with an answer that doesn't fit", count=count)

    @api.model
    def _open_invalid_answers(self, serial):
        return serial.get_formview_action()

import logging
from collections import Counter, defaultdict

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.look_alikes import get_look_domain, select_look_alikes
from ..tools.misfits import select_misfits
from ..tools.plain_text import is_id

_logger = logging.getLogger(__name__)

#: What can be wrong, and the model of the record that a row stands for. Their order is part of
#: the rows' ids: add at the end.
KINDS = {
    "without_serial": "stock.quant",
    "below_zero": "stock.quant",
    "two_places": "stock.quant",
    "odd_quantity": "stock.quant",
    "twin": "stock.lot",
    "answers_missing": "stock.lot",
    "stuck_transfer": "stock.picking",
    "look_alike": "stock.lot",
    "elsewhere": "stock.quant",
    "answers_misfit": "stock.lot",
}
#: Those that somebody can go and look at in a warehouse; the others are done at a desk.
KINDS_ON_SITE = ["without_serial", "below_zero", "two_places", "odd_quantity", "stuck_transfer"]
#: Of these, the units of their rows are counted; of those, the serial numbers; else the rows.
COUNTED_BY_UNIT = {"without_serial", "below_zero", "answers_missing"}
COUNTED_BY_SERIAL = {"two_places", "odd_quantity", "elsewhere"}
#: A row's id is the id of its record times this, plus the position of its kind.
ID_STEP = 16
#: A Serialize transfer that is open for longer than this many days is stuck.
STUCK_DAYS = 7
#: The most activities that one run of the scheduled check adds.
MOST_NEW_ACTIVITIES = 100

# A serial number is somewhere when it is in one of these, whosever they are.
PLACES = SQL("location.usage IN ('internal', 'transit')")
# The places of stock.quant._get_on_hand_domain.
ON_HAND = SQL(
    "(location.usage = 'internal' OR location.usage = 'transit' AND location.company_id IS NOT NULL)"
)


class SerialCheckup(models.Model):
    """What is not as promised with serial numbers: one row a finding, read from the stock as it
    is now. A row goes by itself once its cause is gone.

    Its columns are those of :meth:`_get_branches`. For reading only, by warehouse users.
    """

    _name = "serial.checkup"
    _description = "Serial Check-up"
    _auto = False
    _order = "kind, id"
    _rec_name = "description"
    _depends = {
        "product.category": ["serial_question_definition"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["tracking"],
        "serial.question": ["key"],
        "stock.location": ["usage", "company_id", "warehouse_id"],
        "stock.lot": [
            "active",
            "company_id",
            "location_id",
            "name",
            "part_type_id",
            "product_id",
            "serial_answers",
            "unit_company_id",
        ],
        "stock.move": ["picking_id", "product_id", "product_qty", "state"],
        "stock.picking": ["company_id", "location_id", "picking_type_id", "state"],
        "stock.quant": [
            "company_id",
            "location_id",
            "lot_id",
            "owner_id",
            "package_id",
            "product_id",
            "quantity",
        ],
        "stock.warehouse": ["serialize_type_id"],
    }

    kind = fields.Selection(
        [
            ("without_serial", "Units Without Serial"),
            ("below_zero", "Units Below Zero"),
            ("two_places", "Serial in Two Places"),
            ("odd_quantity", "Serial Not One Unit"),
            ("twin", "Same Serial Twice"),
            ("answers_missing", "Answers Missing"),
            ("stuck_transfer", "Serialize Transfer Stuck"),
            ("look_alike", "Serial Numbers That Look Alike"),
            ("elsewhere", "In Stock and Elsewhere"),
            ("answers_misfit", "Answers That Don't Fit"),
        ],
        "Finding",
        readonly=True,
    )
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Serial Number", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    quantity = fields.Float("Found", digits="Product Unit", aggregator=None, readonly=True)
    expected = fields.Float(digits="Product Unit", aggregator=None, readonly=True)
    description = fields.Text("What to Do", compute="_compute_description")

    # ------------------------------------------------------------------------------- the rows

    @property
    def _table_query(self):
        # The kind is a constant in each branch, so a search for one kind runs that branch only.
        branches = self._get_branches()
        rows = SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT record_id::bigint * %(step)s + %(position)s AS id, %(kind)s::varchar AS kind,
                       product_id, lot_id, location_id, warehouse_id, picking_id, company_id,
                       quantity::numeric, expected::numeric
                  FROM (%(branch)s) AS %(alias)s
                """,
                step=ID_STEP,
                position=position,
                kind=kind,
                branch=branches[kind],
                alias=SQL.identifier(kind),
            )
            for position, kind in enumerate(KINDS)
        )
        return SQL("%s %s", self._get_common_tables(), rows)

    @api.model
    def _get_common_tables(self):
        """Return what several branches read, as ``WITH``. PostgreSQL reads it only for a branch
        that runs, and once.

        - ``serial_place``: how many units of a serial number are in one location, package and
          for one owner, for those serials that may be misplaced: several quants, or one that is
          not one unit. They are few, which PostgreSQL can't know: OFFSET 0 has it look them up
          one by one.
        """
        return SQL(
            """
            WITH serial_place AS (
                SELECT min(quant.id) AS record_id, quant.product_id, quant.lot_id,
                       quant.location_id, location.warehouse_id, quant.company_id,
                       round(sum(quant.quantity)::numeric, 6) AS units
                  FROM (SELECT lot_id
                          FROM stock_quant
                         WHERE lot_id IS NOT NULL AND quantity > 0
                      GROUP BY lot_id
                        HAVING count(*) > 1
                         UNION
                        SELECT quant.lot_id
                          FROM stock_location location
                    CROSS JOIN LATERAL
                               (SELECT lot_id
                                  FROM stock_quant
                                 WHERE location_id = location.id AND lot_id IS NOT NULL
                                   AND quantity NOT IN (0, 1)
                                OFFSET 0) AS quant
                         WHERE %(places)s) AS suspect
            CROSS JOIN LATERAL
                       (SELECT * FROM stock_quant WHERE lot_id = suspect.lot_id OFFSET 0) AS quant
                  JOIN stock_location location ON location.id = quant.location_id
                  JOIN product_product product ON product.id = quant.product_id
                  JOIN product_template part ON part.id = product.product_tmpl_id
                 WHERE part.tracking = 'serial' AND %(places)s
              GROUP BY quant.product_id, quant.lot_id, quant.location_id, location.warehouse_id,
                       quant.company_id, quant.package_id, quant.owner_id)
            """,
            places=PLACES,
        )

    @api.model
    def _get_branches(self):
        """Return ``{kind: the SQL of its rows}``.

        The columns: ``record_id`` (of the model in ``KINDS``), ``product_id``, ``lot_id``,
        ``location_id``, ``warehouse_id``, ``picking_id``, ``company_id`` (none: it is everybody's),
        ``quantity`` that is found and ``expected``.
        """
        return {
            "without_serial": self._select_bare_units(">"),
            "below_zero": self._select_bare_units("<"),
            "two_places": self._select_two_places(),
            "odd_quantity": self._select_odd_quantities(),
            "twin": self._select_twins(),
            "answers_missing": self._select_answers_missing(),
            "stuck_transfer": self._select_stuck_transfers(),
            "look_alike": select_look_alikes(),
            "elsewhere": self._select_elsewhere(),
            "answers_misfit": select_misfits(self.env),
        }

    def _select_bare_units(self, sign):
        # As product.product._compute_serial_quantities counts them, one row a place: a bin, a
        # package and an owner.
        return SQL(
            """
            SELECT min(quant.id) AS record_id, quant.product_id, NULL::int AS lot_id,
                   quant.location_id, location.warehouse_id, NULL::int AS picking_id,
                   quant.company_id, sum(quant.quantity) AS quantity, 0 AS expected
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
             WHERE part.tracking = 'serial' AND quant.lot_id IS NULL AND %(on_hand)s
          GROUP BY quant.product_id, quant.location_id, location.warehouse_id, quant.company_id,
                   quant.package_id, quant.owner_id
            HAVING round(sum(quant.quantity)::numeric, 6) %(sign)s 0
            """,
            sign=SQL(sign),
            on_hand=ON_HAND,
        )

    def _select_two_places(self):
        # One row a place: each is one to look at.
        return SQL(
            """
            SELECT record_id, product_id, lot_id, location_id, warehouse_id,
                   NULL::int AS picking_id, company_id, places AS quantity, 1 AS expected
              FROM (SELECT *, count(*) OVER (PARTITION BY lot_id) AS places
                      FROM serial_place WHERE units > 0) AS place
             WHERE places > 1
            """
        )

    def _select_odd_quantities(self):
        return SQL(
            """
            SELECT record_id, product_id, lot_id, location_id, warehouse_id,
                   NULL::int AS picking_id, company_id, units AS quantity,
                   CASE WHEN units < 0 THEN 0 ELSE 1 END AS expected
              FROM serial_place
             WHERE units NOT IN (0, 1)
            """
        )

    def _select_elsewhere(self):
        # As stock.lot._find_units_elsewhere finds those that are on hand.
        return SQL(
            """
            SELECT here.id AS record_id, here.product_id, here.lot_id, here.location_id,
                   location.warehouse_id, NULL::int AS picking_id, here.company_id,
                   here.quantity + elsewhere.units AS quantity, 1 AS expected
              FROM (SELECT lot_id
                      FROM stock_quant
                     WHERE lot_id IS NOT NULL AND quantity > 0
                  GROUP BY lot_id
                    HAVING count(*) > 1) AS suspect
        CROSS JOIN LATERAL
                   (SELECT min(id) AS id, product_id, lot_id, location_id, company_id,
                           sum(quantity) AS quantity
                      FROM stock_quant
                     WHERE lot_id = suspect.lot_id
                  GROUP BY product_id, lot_id, location_id, company_id, package_id, owner_id
                    HAVING round(sum(quantity)::numeric, 6) > 0) AS here
              JOIN stock_location location ON location.id = here.location_id
              JOIN product_product product ON product.id = here.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
        CROSS JOIN LATERAL
                   (SELECT sum(quant.quantity) AS units
                      FROM stock_quant quant
                      JOIN stock_location place ON place.id = quant.location_id
                     WHERE quant.lot_id = suspect.lot_id AND quant.quantity > 0
                       AND place.usage IN ('customer', 'supplier', 'production')) AS elsewhere
             WHERE part.tracking = 'serial' AND %(places)s AND elsewhere.units > 0
            """,
            places=PLACES,
        )

    def _select_twins(self):
        # Whose name counts for whom is said by stock.lot._check_unique_lot. Where the database
        # itself refuses twins there are none to look for.
        return SQL(
            """
            SELECT twin.id AS record_id, twin.product_id, twin.id AS lot_id, twin.location_id,
                   location.warehouse_id, NULL::int AS picking_id,
                   COALESCE(twin.company_id, location.company_id, twin.unit_company_id)
                       AS company_id,
                   twin.bearers AS quantity, 1 AS expected
              FROM (SELECT lot.id, lot.product_id, lot.location_id, lot.company_id,
                           lot.unit_company_id,
                           CASE WHEN lot.company_id IS NULL
                                THEN count(*) OVER bearer
                                ELSE count(*) FILTER (WHERE lot.company_id IS NULL) OVER bearer
                                   + count(*) OVER (PARTITION BY lot.product_id, lot.name,
                                                                 lot.company_id)
                                END AS bearers
                      FROM (SELECT product_id, name
                              FROM stock_lot
                          GROUP BY product_id, name
                            HAVING count(*) > 1) AS same
                      JOIN stock_lot lot ON lot.product_id = same.product_id
                                        AND lot.name = same.name
                    WINDOW bearer AS (PARTITION BY lot.product_id, lot.name)) AS twin
         LEFT JOIN stock_location location ON location.id = twin.location_id
             WHERE twin.bearers > 1
               AND NOT EXISTS (SELECT FROM pg_constraint
                                WHERE conname = 'stock_lot_serialized_parts_unique')
            """
        )

    def _select_answers_missing(self):
        # As stock.lot._search_answers_missing finds them; one row a part and warehouse.
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

    def _select_stuck_transfers(self):
        return SQL(
            """
            SELECT picking.id AS record_id, min(move.product_id) AS product_id,
                   NULL::int AS lot_id, picking.location_id, warehouse.id AS warehouse_id,
                   picking.id AS picking_id, picking.company_id,
                   sum(move.product_qty) AS quantity, sum(bare.units) AS expected
              FROM stock_warehouse warehouse
              JOIN stock_picking picking ON picking.picking_type_id = warehouse.serialize_type_id
                                        AND picking.state NOT IN ('done', 'cancel')
              JOIN stock_move move ON move.picking_id = picking.id
                                  AND move.state NOT IN ('done', 'cancel')
        CROSS JOIN LATERAL
                   (SELECT COALESCE(sum(units) FILTER (WHERE units > 0), 0) AS units
                      FROM (SELECT sum(quant.quantity) AS units
                              FROM stock_quant quant
                              JOIN stock_location location ON location.id = quant.location_id
                             WHERE quant.product_id = move.product_id AND quant.lot_id IS NULL
                               AND quant.company_id = picking.company_id
                               AND location.usage = 'internal'
                               AND COALESCE(location.warehouse_id, warehouse.id) = warehouse.id
                          GROUP BY quant.location_id, quant.package_id, quant.owner_id) AS place
                   ) AS bare
          GROUP BY picking.id, warehouse.id
            HAVING picking.create_date < now() AT TIME ZONE 'UTC' - %s * interval '1 day'
                OR bool_or(move.product_qty > bare.units)
            """,
            STUCK_DAYS,
        )

    # ------------------------------------------------------------------------------- in words

    @api.depends("kind", "quantity", "expected", "lot_id", "location_id", "picking_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_description(self):
        places, own = self._describe_serial_places(), self._describe_own_places()
        for row in self:
            row.description = row._get_sentence() % {
                "units": row.quantity,
                "there": row.expected,
                "place": own.get(row.id, row.location_id.display_name),
                "places": places.get(row.lot_id),
                "transfer": row.picking_id.name,
                "days": STUCK_DAYS,
                "answers": row.kind == "answers_misfit" and row.lot_id.answers_misfit,
            }

    def _describe_serial_places(self):
        """Return ``{serial: its places}`` for the rows that tell them."""
        serials = self.filtered(lambda row: row.kind == "two_places").lot_id
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", serials.ids),
                ("location_id.usage", "in", ("internal", "transit")),
            ]
        )
        return {
            serial: ", ".join(dict.fromkeys(quant._describe_position() for quant in found))
            for serial, found in quants._filter_present().grouped("lot_id").items()
        }

    def _describe_own_places(self):
        """Return ``{id: its place}`` of the rows that stand for quants."""
        rows = self.filtered(lambda row: KINDS[row.kind] == "stock.quant")
        quants = self.env["stock.quant"].browse(row.id // ID_STEP for row in rows)
        return {
            row.id: quant._describe_position() for row, quant in zip(rows, quants, strict=True)
        }

    def _get_sentence(self):
        """Return what is wrong and what to do, with the placeholders to fill."""
        self.ensure_one()
        match self.kind:
            case "without_serial" if self.location_id.usage == "transit":
                return self.env._(
                    "Without serial number, on the way: %(units)g. They get it when they are received."
                )
            case "without_serial":
                return self.env._(
                    "Without serial number in %(place)s: %(units)g. Assign one to each."
                )
            case "below_zero":
                return self.env._(
                    "%(units)g in %(place)s: more left than came in. Receive them, or correct the "
                    "count."
                )
            case "two_places":
                return self.env._(
                    "Booked in %(places)s. Look where it is, and count it there only."
                )
            case "odd_quantity":
                return self.env._(
                    "%(units)g in %(place)s, but a serial number is one unit. Correct the count."
                )
            case "twin":
                return self.env._(
                    "%(units)g serial numbers of this part have this name. Rename all but one."
                )
            case "answers_missing":
                return self.env._(
                    "Serial numbers with an open required custom field: %(units)g. Answer it."
                )
            case "look_alike":
                return self.env._(
                    "%(units)g serial numbers of this part look alike: only their letter case, or "
                    "characters that can't be seen, differ. Check their units: rename one, or "
                    "archive it if its unit is gone."
                )
            case "answers_misfit":
                return self.env._(
                    "These answers don't fit their custom fields: %(answers)s. Answer them anew, "
                    "or take them back."
                )
            case "elsewhere":
                return self.env._(
                    "In stock, in %(place)s, and still at a customer or vendor in the books. If its "
                    "unit is here, settle it; else count it as 0 here."
                )
        if self.quantity > self.expected:
            return self.env._(
                "%(transfer)s is for %(units)g units, but there are %(there)g. Open its prompt, "
                "which brings it up to date, or cancel it."
            )
        return self.env._(
            "%(transfer)s is open for more than %(days)s days. Finish it, or cancel it."
        )

    # ----------------------------------------------------------------------------- the remedy

    def action_open_remedy(self):
        """Open what puts this finding right: the prompt, a count, serial numbers or a transfer.

        :return: a window action; a notification where the finding is gone meanwhile
        :raise AccessError: for who may not read what it is about
        :raise UserError: where its units have their serial numbers by now, and where there can be
            no such finding
        """
        self.ensure_one()
        self.browse().check_access("read")
        kind, record = self._read_id()
        record.check_access("read")
        if not record:
            return self._say_gone()
        match kind:
            case "without_serial" if record.location_id.usage != "transit":
                return record.product_id.action_assign_serials()
            case "without_serial":
                return self._open_arrivals(record)
            case "below_zero" | "two_places" | "odd_quantity" | "elsewhere":
                return self._open_count(record)
            case "twin":
                same = [("product_id", "=", record.product_id.id), ("name", "=", record.name)]
                return self._open_serials([*same, ("active", "in", (True, False))])
            case "answers_missing":
                return self._open_serials(self._get_unanswered_domain(record))
            case "look_alike":
                alike = self.env["stock.lot"].search(get_look_domain(record))
                return self._open_serials([("id", "in", alike.ids)])
        return record.get_formview_action()

    def _read_id(self):
        """Return the kind of this finding and its record, empty where it is gone. Both are told by
        the id alone: the stock need not be searched again.

        :raise UserError: where it is no finding's id
        """
        record_id, position = divmod(self.id, ID_STEP) if type(self.id) is int else (0, 0)
        if not is_id(record_id) or position >= len(KINDS):
            raise UserError(self.env._("There is no such finding. Open the Serial Check-up again."))
        kind, model = list(KINDS.items())[position]
        return kind, self.env[model].browse(record_id).exists()

    def action_settle(self):
        """Let serial numbers that are in stock be nowhere else in the books.

        :return: a notification
        :raise AccessError: for who may not see the check-up, or these serial numbers
        """
        self.check_access("read")
        found = self.filtered(lambda row: row.kind == "elsewhere").lot_id
        found.check_access("read")
        found._remove_units_elsewhere()
        return self._say_gone()

    @api.model
    def _open_count(self, quant):
        """Open the count of everything that is booked like *quant*."""
        if quant.lot_id:
            # Where the serial number is not is to be seen beside where it is.
            which = Domain("lot_id", "=", quant.lot_id.id) & Domain("quantity", "!=", 0)
        else:
            which = Domain("location_id", "=", quant.location_id.id) & Domain("lot_id", "=", False)
        action = self.env["stock.quant"].action_view_inventory()
        filters = {key for key in action["context"] if key.startswith("search_default_")}
        return {
            **action,
            "domain": which
            & Domain("product_id", "=", quant.product_id.id)
            & Domain("location_id.usage", "in", ("internal", "transit")),
            "context": {
                key: value for key, value in action["context"].items() if key not in filters
            },
        }

    @api.model
    def _open_arrivals(self, quant):
        """Open the transfers on which units of *quant*, on their way, arrive."""
        return {
            "name": self.env._("Arrivals"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("location_id", "=", quant.location_id.id),
                ("product_id", "=", quant.product_id.id),
                ("state", "not in", ("done", "cancel")),
            ],
        }

    @api.model
    def _get_unanswered_domain(self, serial):
        """Return the domain of the serials that have a row together with *serial*."""
        warehouse = serial.location_id.warehouse_id
        place = Domain("location_id.warehouse_id", "=", warehouse.id)
        if not warehouse:
            place |= Domain("location_id", "=", False)
        part = Domain("product_id", "=", serial.product_id.id)
        return part & place & Domain("answers_missing", "!=", False)

    @api.model
    def _open_serials(self, domain):
        serials = self.env["stock.lot"]
        return {**serials._action_view_serials(serials), "domain": domain}

    @api.model
    def _say_gone(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("This is settled already."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -------------------------------------------------------------------------------- every day

    @api.model
    def _check_daily(self):
        """Have the database refuse twins, where it can by now, and tell the people who are
        responsible for a part what is to be checked of it."""
        self.env["stock.lot"]._guard_against_twins()
        self._update_activities()

    @api.model
    def _update_activities(self):
        """Bring the activities of the check-up up to date with its findings: one for each part
        and person, without e-mail, gone when nothing is found any more.

        At most ``MOST_NEW_ACTIVITIES`` are added; the others follow on the next days.
        """
        open_ones = self._find_activities()
        wanted = self._count_findings()
        self._settle_activities(open_ones, wanted)
        new = sorted(wanted.keys() - open_ones.keys(), key=lambda key: (key[0], key[1].id))
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
        right: none is added here. One query where there is none.

        One that somebody else is changing at this moment is left to the scheduled action,
        which then runs soon: nobody waits, or does his work again, for it.

        :param parts: ``product.template`` records
        """
        # Who puts a finding right need not be the one who is told of it, nor see all of it.
        checkup = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=[])
        open_ones = checkup._find_activities([("res_id", "in", parts.ids)])
        if not open_ones:
            return
        self.env.flush_all()
        part_ids = {part_id for part_id, _user in open_ones}
        variants = checkup.env["product.product"].with_context(active_test=False)
        variants = variants.search([("product_tmpl_id", "in", list(part_ids))])
        # By their ids, PostgreSQL need not look at all other parts.
        found = checkup._count_findings([("product_id", "in", variants.ids)])
        changed = {
            key: activity
            for key, activity in open_ones.items()
            if key not in found or activity.summary != checkup._summarize(key[1], found[key])
        }
        free = checkup._lock_activities(changed.values())
        checkup._settle_activities(
            {key: activity for key, activity in changed.items() if activity.id in free}, found
        )
        if len(free) < len(changed):
            checkup.env.ref("serialized_parts.ir_cron_serial_checkup")._trigger()

    @api.model
    def _lock_activities(self, activities):
        """Return the ids of those of *activities* that nobody else changes, or has changed,
        since this transaction began; nobody can until it ends."""
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
    def _settle_activities(self, activities, found):
        """Let these activities say what is *found*, and remove those of which nothing is.

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
                "The Serial Check-up says what to do: in Inventory / Reporting, or in the menu of "
                "the card Serialize of the overview."
            ),
        }

    def _summarize(self, user, found):
        """Return how much of each kind was *found*, in the language of *user*."""
        checkup = self.with_context(lang=user.lang)
        kinds = [kind for kind in KINDS if found[kind]]
        return ", ".join(checkup._describe_found(kind, found[kind]) for kind in kinds)

    @api.model
    def _describe_found(self, kind, count):
        """Return, as text, that *count* of *kind* were found: units, serial numbers or
        transfers."""
        one, many = {
            "without_serial": (
                self.env._("1 unit without a serial number"),
                self.env._("%(count)g units without a serial number", count=count),
            ),
            "below_zero": (
                self.env._("1 unit below zero"),
                self.env._("%(count)g units below zero", count=count),
            ),
            "two_places": (
                self.env._("1 serial number in several places"),
                self.env._("%(count)g serial numbers in several places", count=count),
            ),
            "odd_quantity": (
                self.env._("1 serial number that is not one unit"),
                self.env._("%(count)g serial numbers that are not one unit", count=count),
            ),
            "twin": (
                self.env._("1 serial number with the name of another"),
                self.env._("%(count)g serial numbers with the name of another", count=count),
            ),
            "answers_missing": (
                self.env._("1 serial number with an open custom field"),
                self.env._("%(count)g serial numbers with an open custom field", count=count),
            ),
            "stuck_transfer": (
                self.env._("1 Serialize transfer to finish"),
                self.env._("%(count)g Serialize transfers to finish", count=count),
            ),
            "look_alike": (
                self.env._("1 serial number that looks like another"),
                self.env._("%(count)g serial numbers that look like others", count=count),
            ),
            "elsewhere": (
                self.env._("1 serial number in stock and elsewhere"),
                self.env._("%(count)g serial numbers in stock and elsewhere", count=count),
            ),
            "answers_misfit": (
                self.env._("1 serial number with an answer that doesn't fit"),
                self.env._("%(count)g serial numbers with an answer that doesn't fit", count=count),
            ),
        }[kind]
        return one if count == 1 else many

    def _count_findings(self, domain=()):
        """Return ``{(product.template id, responsible user): {kind: how much of it}}``, of the
        rows in *domain*."""
        rows = self._read_group(
            [("product_id", "!=", False), *domain],
            ["product_id", "company_id", "kind"],
            ["__count", "quantity:sum", "lot_id:count_distinct"],
        )
        by_company = defaultdict(lambda: defaultdict(Counter))
        for product, company, kind, count, units, serials in rows:
            # What belongs to no company is the first company's to put right.
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
        """Return who is asked where nobody who may is responsible for a part, or nobody."""
        managers = self.env.ref("stock.group_stock_manager").all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        return managers.sorted("id")[:1]

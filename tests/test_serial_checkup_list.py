from importlib.util import module_from_spec, spec_from_file_location

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from ..models.serial_checkup import KINDS_ON_SITE
from .checkup_case import CheckupCase

SCRIPT = "serialized_parts/migrations/19.0.1.2.0/pre-migrate.py"


@tagged("post_install", "-at_install")
class TestCheckupList(CheckupCase):
    """The list of findings: who sees it, its order and pages, the overview's number."""

    # ------------------------------------------------------------------------- who sees what

    def test_only_warehouse_users_see_it_and_nobody_writes(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        row = self._rows()
        for user in (self.employee, self.buyer):
            with self.assertRaises(AccessError):
                self._rows(user=user)
            with self.assertRaises(AccessError):
                row.with_user(user).action_open_remedy()
        with self.assertRaises(AccessError):
            row.with_user(self.boss).unlink()

    def test_companies_see_their_own(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        location = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        their_clerk = new_test_user(
            self.env,
            login="serial_other_clerk",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        serial = self._name_units("SN1@Y1-1A")
        self._put_in_stock(self.part, 2, location)
        self._put_in_stock(self.part, 1, location, lot_id=serial)
        self._put_in_stock(self.part, 3, self.bin_a)
        ours, theirs = self._rows(), self._rows(user=their_clerk)
        self.assertEqual(
            sorted((row.kind, row.company_id, row.quantity) for row in ours),
            [("several_positions", self.env.company, 2), ("unserialized", self.env.company, 3)],
        )
        self.assertEqual(
            sorted((row.kind, row.company_id, row.quantity) for row in theirs),
            [("several_positions", other, 2), ("unserialized", other, 2)],
        )
        self.assertNotIn(location.display_name, " ".join(ours.mapped("description")))
        hidden = theirs.filtered(lambda row: row.kind == "unserialized")
        with self.assertRaises(AccessError):
            hidden.with_user(self.clerk).action_open_remedy()

    # -------------------------------------------------------------------------- many of them

    def _spread(self, units):
        """Give the part findings of each kind with locations, *units* of each."""
        bins = self.env["stock.location"].create(
            [{"name": f"B{number:02}", "location_id": self.stock.id} for number in range(units)]
        )
        there = len(self._serials(self.part))
        serials = self.env["stock.lot"].create(
            [
                {"name": f"S{number:03}", "product_id": self.part.id}
                for number in range(there, there + units)
            ]
        )
        for location, serial in zip(bins, serials, strict=True):
            self._put_in_stock(self.part, 1, location)
            self._put_in_stock(self.part, 2, location, lot_id=serial)
            self._put_in_stock(self.part, 1, self.bin_c, lot_id=serial)

    def test_pages_and_order(self):
        self._spread(25)
        rows = self._rows()
        self.assertEqual(len(rows), 25 + 25 * 2 + 25)
        self.assertEqual(len(set(rows.ids)), len(rows))
        Checkup = rows.browse()
        domain = [("product_id", "=", self.part.id)]
        pages = [Checkup.search(domain, limit=40, offset=offset) for offset in (0, 40, 80)]
        self.assertEqual([page_row for page in pages for page_row in page.ids], rows.ids)
        for order in ("location_id, id", "quantity desc, id", "lot_id, id"):
            self.assertEqual(set(Checkup.search(domain, order=order)), set(rows))
        self.assertEqual(
            dict(Checkup._read_group(domain, ["kind"], ["__count"])),
            {"unserialized": 25, "several_positions": 50, "odd_quantity": 25},
        )
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        exported = rows.export_data(["product_id/name", "kind", "lot_id/name", "description"])
        self.assertEqual(len(exported["datas"]), 100)
        self.assertTrue(all(row[3] for row in exported["datas"]))

    def test_queries_are_the_same_for_many(self):
        def count_queries(units):
            self._spread(units)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = Checkup.web_search_read([("product_id", "=", self.part.id)], columns, limit=200)
            self.assertGreaterEqual(rows["length"], units)
            return self.env.cr.sql_log_count - before

        Checkup = self.env["serial.checkup"].with_user(self.clerk)
        named = {"fields": {"display_name": {}}}
        columns = {"kind": {}, "description": {}, "product_id": named, "lot_id": named}
        count_queries(1)
        one, fifty = count_queries(1), count_queries(50)
        self.assertLess(fifty - one, 5, f"{one} queries for 1 row, {fifty} for 50")

    def test_the_indexes_are_there(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'stock_quant' AND indexname IN"
            " ('stock_quant_serial_places_index', 'stock_quant_serial_odd_index')"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 2)

    # -------------------------------------------------------------------------- the overview

    def test_the_overview_counts_what_needs_attention(self):
        second = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        types = (self.warehouse | second).serialize_type_id.with_user(self.clerk)
        before = types[0].serial_checkup_count
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._put_in_stock(self.part, 1, second.lot_stock_id)
        self.env.invalidate_all()
        self.assertEqual(types.mapped("serial_checkup_count"), [before + 2, 1])
        self.assertFalse(self.warehouse.in_type_id.with_user(self.clerk).serial_checkup_count)
        action = types[1].action_open_serial_checkup()
        self.assertEqual(action["context"]["search_default_warehouse_id"], second.id)
        rows = self._rows().filtered(lambda row: row.warehouse_id == second)
        self.assertEqual(rows.mapped("kind"), ["unserialized"])

    def test_the_filter_of_the_overview_has_the_same_rows(self):
        view = self.env["serial.checkup"].get_view(
            self.env.ref("serialized_parts.serial_checkup_view_search").id, "search"
        )
        kinds = set(self.env["serial.checkup"]._fields["kind"].get_values(self.env))
        not_on_site = ("duplicate", "answers_missing", "similar", "elsewhere", "invalid_answers")
        self.assertIn(f"('kind', 'not in', {not_on_site})", view["arch"])
        self.assertEqual(kinds - set(not_on_site), set(KINDS_ON_SITE))

    def test_upgrading_renames_what_filters_and_export_lists_saved(self):
        saved = self.env["ir.filters"].create(
            {
                "name": "Mine",
                "model_id": "serial.checkup",
                "domain": """['|', ('kind', '=', "twin"),
                    ('kind', 'in', ['look_alike', 'two_places', 'elsewhere'])]""",
            }
        )
        exported = self.env["ir.exports"].create(
            {
                "name": "Mine",
                "resource": "stock.lot",
                "export_fields": [Command.create({"name": "answers_misfit"})],
            }
        )
        self.env.flush_all()
        spec = spec_from_file_location("pre_migrate", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(
            saved.domain,
            """['|', ('kind', '=', "duplicate"),
                    ('kind', 'in', ['similar', 'several_positions', 'elsewhere'])]""",
        )
        self.assertEqual(exported.export_fields.name, "invalid_answers")
        kinds = set(self.env["serial.checkup"]._fields["kind"].get_values(self.env))
        self.assertLessEqual({*script.KINDS.values()}, kinds)

from .common import SerialCase


class CheckupCase(SerialCase):
    """Makes what the Serial Check-up finds, and reads its rows as the clerk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _rows(self, kind=None, user=None, product=None):
        """Return the part's rows, read again, as the clerk."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("product_id", "=", (product or self.part).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["serial.checkup"].with_user(user or self.clerk).search(domain)

    def _read(self, rows):
        return [(row.location_id.name, row.lot_id.name, row.quantity, row.expected) for row in rows]

    def _open(self, row):
        """Return the records that the row's remedy shows, as the clerk."""
        action = row.action_open_remedy()
        records = self.env[action["res_model"]].with_user(self.clerk)
        if action.get("res_id"):
            return records.browse(action["res_id"])
        return records.with_context(**action.get("context", {})).search(action["domain"])

    def _name_units(self, text):
        """Receive serial numbers, as the clerk, and return them."""
        receipt = self._receipt(len(text.split(",")))
        receipt.enter_serials(text)
        self.assertTrue(receipt.button_validate())
        return self._serials(self.part)

    def _spoil(self, statement, *values):
        """Write what the addon and Odoo refuse to write, but other databases, scripts and older
        versions left behind: there is no other way to make it."""
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def _allow_duplicates(self):
        self._spoil(
            "ALTER TABLE stock_lot DROP CONSTRAINT IF EXISTS stock_lot_serialized_parts_unique"
        )

    def _count(self, quant, quantity):
        """Count *quantity* units of *quant*, as the clerk does in the opened list."""
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    def _activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "product.template"),
                ("res_id", "=", self.part.product_tmpl_id.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("serialized_parts.mail_activity_type_checkup").id,
                ),
            ]
        )

    def _run(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["serial.checkup"]._update_activities()

    def _read_summaries(self):
        return self._activities().mapped("summary")

    def _run_for_clerk(self):
        """Let the scheduled check make an activity for the clerk; return what it lists."""
        self.part.responsible_id = self.clerk
        self._run()
        return self._read_summaries()

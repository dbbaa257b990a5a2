from odoo import Command

from .common import SerialCase


class AnswersCase(SerialCase):
    """Parts of the part type Engines, which has a custom field of most types."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        scope = {"category_ids": [Command.set(cls.engines.ids)]}
        cls.mileage = cls._new_question("Mileage", "integer", **scope)
        cls.fuel = cls._new_question("Fuel", "selection", ["Petrol", "Diesel"], **scope)
        cls.petrol, cls.diesel = cls.fuel.option_ids
        cls.runs = cls._new_question("Runs", "boolean", **scope)
        cls.remark = cls._new_question("Remark", "text", **scope)
        cls.tested = cls._new_question("Tested On", "date", **scope)

    def _new_serial(self, name="SN1", answers=None, product=None):
        values = {"name": name, "product_id": (product or self.part).id}
        if answers is not None:
            values["serial_answers"] = answers
        return self.env["stock.lot"].with_user(self.clerk).create(values)

    def _stored(self, record):
        """Return what is stored, by label."""
        record.flush_recordset()
        self.env.cr.execute(
            f"SELECT serial_answers FROM {record._table} WHERE id = %s", (record.id,)
        )
        [stored] = self.env.cr.fetchone()
        labels = {
            question.key: question.name
            for question in self.env["serial.question"].with_context(active_test=False).search([])
        }
        return {labels[key]: answer for key, answer in (stored or {}).items()}

    # ------------------------------------------------------------------------------- chatter

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # ---------------------------------------------------------------------------- round trip

    def _export(self, serials, fields):
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        return serials.with_context(import_compat=True).export_data(fields)["datas"]

from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.serial_names import clean_name


class SerialNamed(models.AbstractModel):
    """A record that bears the name of a serial number, or what is typed to become one: it is kept
    without what people can't see, whichever way it comes. The names of lots stay as they are."""

    _name = "serial.named"
    _description = "Record With a Serial Number"

    _serial_name = "name"  # the field

    def _clean_vals(self, vals):
        """Return ``(records, values)``: those of these to which *vals* would give a name of a
        serial number that is not clean, and the values that give them the clean one.

        :raise ValidationError: when nothing is left of the name of a serial number
        """
        name = vals.get(self._serial_name)
        if not isinstance(name, str) or clean_name(name) == name != "":
            return self.browse(), vals
        new_part = self.env["product.product"].browse(vals.get("product_id"))
        records = self.filtered(lambda record: (new_part or record.product_id).tracking == "serial")
        if records:
            vals = {**vals, self._serial_name: self._clean_serial_name(name)}
        return records, vals

    def _clean_names(self):
        """Clean the names that came by another way than values to write.

        :raise ValidationError: as :meth:`_clean_vals`
        """
        for record in self:
            records, vals = record._clean_vals({self._serial_name: record[self._serial_name]})
            if records:
                records.write(vals)

    @api.model
    def _clean_serial_name(self, name):
        """Return *name*, a text, as the name of a serial number is kept.

        :raise ValidationError: when nothing is left of it
        """
        if cleaned := clean_name(name):
            return cleaned
        raise ValidationError(
            self.env._("A serial number can't be blank: type at least one character.")
        )

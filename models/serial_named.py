from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.serial_names import clean_name


class SerialNamed(models.AbstractModel):
    """A record with the name of a serial number, or with a text that is to become one. Names are
    stored without characters that can't be seen, however they get here; names of lots that are not
    serial numbers are left alone."""

    _name = "serial.named"
    _description = "Record With a Serial Number"

    _serial_name = "name"  # the field

    def _clean_vals(self, vals):
        """Return ``(records, values)``: those of these records whose serial number would get an
        unclean name from *vals*, and *vals* with the clean name.

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
        """Clean the names of these records, however they were set.

        :raise ValidationError: as :meth:`_clean_vals`
        """
        for record in self:
            records, vals = record._clean_vals({self._serial_name: record[self._serial_name]})
            if records:
                records.write(vals)

    @api.model
    def _clean_serial_name(self, name):
        """Return *name*, a text, as names of serial numbers are stored.

        :raise ValidationError: when nothing is left of it
        """
        if cleaned := clean_name(name):
            return cleaned
        raise ValidationError(
            self.env._("A serial number can't be blank: type at least one character.")
        )

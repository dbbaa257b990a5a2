"""Whose unit it is that comes back from a customer."""


def take_back_owners(lines):
    """Give those of *lines* that come from a customer the owner that their unit has there, as
    Odoo's Return does: the unit is taken from where it stands."""
    lines = lines.filtered(
        lambda line: line.location_id.usage == "customer" and (line.lot_id or line.lot_name)
    )
    if not lines:
        return
    known = lines._find_known_serials()
    serials = {line: line.lot_id or known.get((line.product_id, line.lot_name)) for line in lines}
    quants = lines.env["stock.quant"].search(
        [
            ("lot_id", "in", [serial.id for serial in serials.values() if serial]),
            ("location_id.usage", "=", "customer"),
            ("quantity", ">", 0),
        ]
    )
    owners = {quant.lot_id: quant.owner_id for quant in quants}
    for line, serial in serials.items():
        if line.owner_id != owners.get(serial, line.owner_id):
            line.owner_id = owners[serial]

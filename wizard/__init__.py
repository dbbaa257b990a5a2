from . import (
    base_import,
    lot_label_layout,
    serial_correction,
    serial_move_start,
    stock_return_picking,
)

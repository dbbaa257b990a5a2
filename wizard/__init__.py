from . import base_import, lot_label_layout, serial_correction, stock_return_picking

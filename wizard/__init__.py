from . import base_import, serial_correction, stock_return_picking

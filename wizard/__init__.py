from . import base_import, serial_correction

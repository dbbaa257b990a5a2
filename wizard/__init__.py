from . import serial_correction

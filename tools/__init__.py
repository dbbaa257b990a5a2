from . import serial_desk, serial_entries

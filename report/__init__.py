from . import serial_labels

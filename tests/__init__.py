from . import (
    test_delivery,
    test_documents,
    test_enter_serials,
    test_receipt,
    test_serial_entries,
    test_serialize,
    test_uses_serial_numbers,
    test_web,
)

from . import (
    test_delivery,
    test_documents,
    test_enter_serials,
    test_lots,
    test_multi_company,
    test_other_apps,
    test_receipt,
    test_routes,
    test_serial_entries,
    test_serialize,
    test_uses_serial_numbers,
    test_web,
)

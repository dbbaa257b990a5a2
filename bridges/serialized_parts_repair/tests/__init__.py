from . import test_added, test_end, test_removed, test_rights

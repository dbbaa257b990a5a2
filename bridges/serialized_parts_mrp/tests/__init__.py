from . import test_consumed, test_documents, test_produced, test_rights

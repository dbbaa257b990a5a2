from . import (
    test_consumed,
    test_documents,
    test_produced,
    test_prompt_in_browser,
    test_rights,
    test_unbuild,
    test_unbuild_answers,
    test_unbuild_in_browser,
    test_unbuild_scan,
)

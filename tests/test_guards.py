from unittest.mock import patch

from odoo.tests import tagged

from .state_machine import replay
from .test_state_machine import MachineCase

MODELS = "odoo.addons.serialized_parts.models"
MOVE = {"source_box": 0, "into_box": 0, "owned": False, "quantity": 1}

#: Each guard: where it is, what replaces it, the promise that is then broken, and the steps that
#: break it, as the state machine found them.
GUARDS = {
    "a serial number has one position": (
        ("stock.lot", "_check_one_position", lambda self, watch: None),
        "one_position",
        [("recount", {"part": 0, "name": "S1", "nth": 0, "quantity": 0.5})],
    ),
    "only what was sold first is owed": (
        (f"{MODELS}.stock_lot_position", "_is_owed", lambda *positions: True),
        "one_position",
        [("move", {"part": 0, "name": "S1", "source": "B", "into": "C", **MOVE})],
    ),
    "what was here before is not sold first": (
        ("stock.lot", "_find_leaving", lambda self, moves: set(self.ids)),
        "one_position",
        [
            ("move", {"part": 0, "name": "S2", "source": "B", "into": "customer", **MOVE}),
            ("move", {"part": 0, "name": "S2", "source": "C", "into": "customer", **MOVE}),
        ],
    ),
    "what was wrong has to become less wrong": (
        (f"{MODELS}.stock_lot_position", "_is_mended", lambda before, positions: True),
        "one_position",
        [("move", {"part": 0, "name": "S1", "source": "B", "into": "C", **MOVE})],
    ),
    "half a unit mends nothing": (
        (
            f"{MODELS}.stock_lot_position",
            "_is_mended",
            lambda before, positions: (
                sum(map(abs, positions.values())) < sum(map(abs, before.values()))
            ),
        ),
        "one_position",
        [
            ("move", {"part": 1, "name": "S4", "source": "D", "into": "B", **MOVE}),
            ("recount", {"part": 1, "name": "S4", "nth": 0, "quantity": 0.5}),
        ],
    ),
    "package and owner belong to the position": (
        (f"{MODELS}.stock_move_line_position", "MOVES_UNITS", {"lot_id", "quantity"}),
        "one_position",
        [
            ("relocate", {"part": 0, "name": "S1", "location": "C"}),
            ("edit_done_line", {"nth": 2, "values": {"owner_id": True}}),
        ],
    ),
    "a number that was given in stock stays": (
        ("stock.move.line", "_is_fixed", lambda self: False),
        "names_of_units",
        [
            ("serialize", {"part": 0, "names": ["S3", "S4"], "now": True}),
            ("edit_done_line", {"nth": 0, "values": {"owner_id": True}}),
        ],
    ),
    "a done Serialize transfer gets no further line": (
        ("stock.move.line", "_check_not_serialize", lambda self: None),
        "names_of_units",
        [
            ("serialize", {"part": 0, "names": ["S3", "S4"], "now": True}),
            (
                "add_line",
                {
                    "nth": 0,
                    "values": {"lot_id": "S1"},
                    "quantity": 1,
                    "source": "A",
                    "into": "A",
                },
            ),
        ],
    ),
    "what is reserved can't be taken back": (
        ("stock.move.line", "_check_not_reserved", lambda self: None),
        "reserved",
        [
            ("plan_delivery", {"part": 0, "units": 1, "location": "B"}),
            ("edit_done_move", {"nth": 0, "quantity": 0}),
        ],
    ),
    "the books are written by moves only": (
        ("stock.quant", "_check_booked_by_moves", lambda self, products: None),
        "one_position",
        [
            (
                "write_quant",
                {"part": 0, "name": "S1", "nth": 0, "values": {"quantity": 2}, "user": "clerk"},
            )
        ],
    ),
    "documents follow dates": (
        ("stock.move.line", "_history_fields", set()),
        "documents",
        [
            ("scrap", {"part": 0, "name": "S1", "location": "A", "quantity": 1}),
            ("edit_date", {"nth": 1, "days": 3}),
        ],
    ),
    "names are kept without what can't be seen": (
        (f"{MODELS}.serial_named", "clean_name", lambda name: name),
        "duplicates",
        [("rename", {"part": 0, "name": "S1", "other": "S2\u200b"})],
    ),
    "what was typed outlives its unit": (
        ("stock.move.line", "_keep_typed", lambda self: None),
        "typed_answers",
        [
            ("plan_delivery", {"part": 0, "units": 1, "location": "Stock"}),
            ("plan_delivery", {"part": 0, "units": 2, "location": "Stock"}),
            ("answer_line", {"nth": 0, "name": "S4"}),
            ("relocate_quant", {"part": 0, "name": None, "nth": 3, "location": "C", "box": 0}),
        ],
    ),
    "answers reach the serial number": (
        ("stock.move.line", "_copy_answers_to", lambda self, serial: None),
        "typed_answers",
        [
            ("plan_delivery", {"part": 0, "units": 1, "location": "B"}),
            ("answer_line", {"nth": 0, "name": "S2"}),
            (
                "validate",
                {"nth": 0, "names": [], "several": False, "prompt": True, "backorder": True},
            ),
        ],
    ),
    "the box can't be unticked": (
        # Odoo has already collected the constraints: all of the part's are taken out.
        ("product.template", "_validate_fields", lambda self, names, excluded=(): None),
        "flags",
        [("edit_part", {"part": 0, "values": {"uses_serial_numbers": False}})],
    ),
}


@tagged("post_install", "-at_install")
class TestGuards(MachineCase):
    """Each guard is missed: without it, the state machine sees a broken promise."""

    def _take_out(self, where, name, instead):
        if where in self.env:
            return patch.object(type(self.env[where]), name, instead)
        return patch(f"{where}.{name}", instead)

    def test_each_guard_is_missed(self):
        for guard, (taken_out, promise, steps) in GUARDS.items():
            with self.subTest(guard):
                self.assertIsNone(replay(self.yard, steps), "with the guard")
                with self._take_out(*taken_out):
                    broken = replay(self.yard, steps)
                self.assertIsNotNone(broken, "without the guard")
                self.assertEqual(broken.promise, promise)

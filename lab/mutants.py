"""The guards that `python3 dev mutants` takes out, one at a time: each has a test that fails without it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change of the addon.

    :ivar file: the file that is changed, relative to the checkout
    :ivar text: exactly what is in it, once
    :ivar instead: what it becomes
    :ivar tests: the test files that must fail then, separated by blanks
    """

    file: str
    text: str
    instead: str
    tests: str

    def __str__(self):
        return f"{self.file}: {self.text.strip().splitlines()[0]}"


def skip(file, method, tests, result="None"):
    """Return the mutant of a method that does nothing.

    :param str method: its first line, without the indentation
    """
    return Mutant(file, f"{method}\n", f"{method}\n        return {result}\n", tests)


QUESTION, LOT = "models/serial_question.py", "models/stock_lot.py"
LINE, CORRECTABLE = "models/stock_move_line_position.py", "models/serial_correctable.py"
PICKING, WIZARD = "models/stock_picking.py", "wizard/serial_correction.py"

MUTANTS = (
    # Files and codes
    Mutant(
        "tools/spreadsheet.py",
        "parser.StartDoctypeDeclHandler = _refuse",
        "pass",
        "tests/test_files.py",
    ),
    Mutant(
        "tools/gs1.py",
        'values.get("21") or values.get("10") or ""',
        'values.get("21") or ""',
        "tests/test_serial_prompt.py",
    ),
    # The entry box
    skip("tools/serial_desk.py", "def _check_start(self):", "tests/test_enter_serials.py"),
    Mutant(
        "tools/serial_desk.py",
        "queues = [self._waiting[product, place] for place in bins] + queues",
        "pass",
        "tests/test_delivery.py",
    ),
    # Documents and stock
    Mutant(
        "models/stock_move.py",
        "return self.is_serialize or super()._skip_push()",
        "return super()._skip_push()",
        "tests/test_serialize.py",
    ),
    Mutant(
        "models/fast/stock_quant.py",
        "            batch.flush()\n",
        "            pass\n",
        "tests/test_same_books.py",
    ),
    Mutant(
        "models/fast/stock_move_line.py",
        """            # Others' units are reserved anew, and searched for in the database.
            self._flush_batch()
""",
        """            pass
""",
        "tests/test_same_books.py",
    ),
    Mutant(
        "models/fast/stock_move_line.py",
        """        elif batch and not self.move_id._should_bypass_reservation(location):
            batch.write_used()
""",
        "",
        "tests/test_same_books.py",
    ),
    skip(
        "models/stock_quant.py",
        "def _check_booked_by_moves(self, products):",
        "tests/test_bad_input.py",
    ),
    skip(
        "models/stock_lot_position.py",
        "def _check_one_position(self, watch):",
        "tests/test_one_position.py",
    ),
    skip(LINE, "def _check_done_edits(self, vals):", "tests/test_done_edits.py"),
    skip(LINE, "def _check_serialize_lines(self):", "tests/test_foundations.py"),
    skip(LINE, "def _check_not_serialize(self):", "tests/test_guards.py"),
    skip(LINE, "def _check_not_reserved(self):", "tests/test_done_edits.py"),
    skip(PICKING, "def _check_answers(self):", "tests/test_required_answers.py"),
    skip(
        PICKING, "def _check_serial_fits(self, product, serial):", "tests/test_corrected_parts.py"
    ),
    skip(PICKING, "def _check_serial_access(self):", "tests/test_serial_prompt.py"),
    skip(PICKING, "def _check_warehouse_user(self):", "tests/test_rights.py"),
    skip(
        "models/stock_move_line.py",
        "def _check_known_lots(self, vals_list):",
        "tests/test_other_companies_names.py",
    ),
    # Serial numbers
    skip(LOT, "def _check_unique_lot(self):", "tests/test_archived_serials.py"),
    skip(LOT, "def _check_no_formula(self):", "tests/test_names.py"),
    skip(LOT, "def _check_archived_on_hand(self):", "tests/test_archived_serials.py"),
    skip(LOT, "def _unlink_except_history(self):", "tests/test_archived_serials.py"),
    skip(
        "models/stock_lot_value.py",
        "def _check_cost_can_be_given_back(self):",
        "tests/test_value_costs.py",
    ),
    skip(
        "models/stock_lot_company.py",
        "def _check_known(self):",
        "tests/test_other_companies_names.py",
    ),
    skip(CORRECTABLE, "def _check_name(self, product, name):", "tests/test_corrected_names.py"),
    skip(CORRECTABLE, "def _check_other_part(self, product):", "tests/test_corrected_parts.py"),
    skip(WIZARD, "def _check_lots_readable(self):", "tests/test_other_companies.py"),
    skip(WIZARD, "def _check_manager(self):", "tests/test_correction_rights.py"),
    skip(WIZARD, "def _check_as_seen(self):", "tests/test_corrected_names.py"),
    # Custom fields
    skip(QUESTION, "def _check_unanswered(self, message):", "tests/test_serial_question.py"),
    Mutant(
        QUESTION,
        """        self._check_unanswered(
            self.env._("%(question)s has answers, so it can't be deleted. %(advice)s")
        )
""",
        "        pass\n",
        "tests/test_serial_question.py",
    ),
    skip(QUESTION, "def _check_question_type(self):", "tests/test_serial_question.py"),
    Mutant(
        QUESTION,
        "if option.question_id._is_answered(option.key):",
        "if False:",
        "tests/test_serial_question.py",
    ),
    # Parts, warehouses and what belongs to the addon
    skip(
        "models/product_category.py",
        "def _unlink_except_part_type(self):",
        "tests/test_foundations.py",
    ),
    Mutant(
        "models/product_category.py",
        'if "serial_question_definition" in vals:',
        "if False:",
        "tests/test_serial_question.py",
    ),
    skip(
        "models/product_template.py",
        "def _check_serials_started(self):",
        "tests/test_uses_serial_numbers.py",
    ),
    skip(
        "models/stock_warehouse.py", "def _check_serialize_type(self):", "tests/test_foundations.py"
    ),
    skip(
        "models/stock_picking_type.py",
        "def _check_serialize_settings(self):",
        "tests/test_foundations.py",
    ),
    skip(
        "models/stock_picking_type.py",
        "def _unlink_except_serialize(self):",
        "tests/test_foundations.py",
    ),
    skip(
        "models/ir_sequence.py", "def _unlink_except_serialize(self):", "tests/test_foundations.py"
    ),
    skip(
        "models/ir_cron.py", "def _unlink_except_serial_checkup(self):", "tests/test_foundations.py"
    ),
    Mutant(
        "models/mail_activity.py",
        'if operation in ("write", "unlink"):',
        "if False:",
        "tests/test_other_companies.py",
    ),
    Mutant(
        "models/own_fields.py",
        'if operation == "write" and field.name in self._warehouse_fields:',
        "if False:",
        "tests/test_own_fields.py",
    ),
    Mutant(
        "models/own_fields.py",
        'if operation == "write" and field.name in self._own_fields and not self.env.su:',
        "if False:",
        "tests/test_own_fields.py",
    ),
)

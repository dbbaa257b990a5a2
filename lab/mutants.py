"""The guards that `python3 dev mutants` takes out, one at a time: each has a test that fails without it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change of the addon.

    :ivar file: the file that is changed, relative to the checkout
    :ivar text: the exact text that is replaced, once in the file
    :ivar instead: its replacement
    :ivar tests: the test files that must fail then, separated by spaces
    """

    file: str
    text: str
    instead: str
    tests: str

    def __str__(self):
        return f"{self.file}: {self.text.strip().splitlines()[0]}"


def skip(file, method, tests):
    """Return the mutant that makes a method do nothing.

    :param str method: its first line, without the indentation
    """
    return Mutant(file, f"{method}\n", f"{method}\n        return None\n", f"tests/{tests}.py")


#: Guards that are whole methods: the file, the first line, the test file.
METHODS = (
    # Entries and documents
    ("models/assignment/entry_assignment.py", "def _check_start(self):", "test_enter_serials"),
    (
        *("models/assignment/serial_assignment.py", "def _explain_typed_format(self, line):"),
        "test_number_formats",
    ),
    ("models/stock_picking.py", "def _check_answers(self):", "test_required_answers"),
    (
        *("models/serial_prompt_dialog.py", "def _check_serial_fits(self, product, serial):"),
        "test_corrected_parts",
    ),
    ("models/serial_prompt_dialog.py", "def _check_serial_access(self):", "test_serial_prompt"),
    ("models/serial_prompt_dialog.py", "def _check_warehouse_user(self):", "test_rights"),
    (
        *("models/stock_move_line.py", "def _check_known_lots(self, vals_list):"),
        "test_other_companies_names",
    ),
    ("models/stock_move_line_position.py", "def _check_done_edits(self, vals):", "test_done_edits"),
    ("models/stock_move_line_position.py", "def _check_not_reserved(self):", "test_done_edits"),
    ("models/stock_move_line_position.py", "def _check_not_serialize(self):", "test_guards"),
    ("models/stock_move_line_position.py", "def _check_serialize_lines(self):", "test_foundations"),
    ("models/serial_count_bin.py", "def _wait_for_scans(self):", "test_count_at_once"),
    # Photos, labels, what is scanned
    ("models/serial_photo.py", "def _check_pictures(self, contents):", "test_photos"),
    (
        "models/stock_move_line_photos.py",
        "def _hand_over_photos(self):",
        "test_photos_of_transfers",
    ),
    ("models/serial_label_size.py", "def _check_positive(self):", "test_labels"),
    ("wizard/lot_label_layout.py", "def _check_lots(self):", "test_rights"),
    ("wizard/lot_label_layout.py", "def _check_used_labels(self):", "test_labels"),
    # Stock and serial numbers
    ("models/stock_quant.py", "def _check_booked_by_moves(self, products):", "test_one_position"),
    ("models/stock_lot_position.py", "def _check_one_position(self, watch):", "test_one_position"),
    ("models/stock_lot_name.py", "def _check_unique_lot(self):", "test_archived_serials"),
    ("models/stock_lot_name.py", "def _check_no_formula(self):", "test_bad_input"),
    ("models/stock_lot.py", "def _check_archived_on_hand(self):", "test_archived_serials"),
    ("models/stock_lot.py", "def _unlink_except_history(self):", "test_archived_serials"),
    ("models/stock_lot_value.py", "def _check_cost_can_be_restored(self):", "test_value_costs"),
    ("models/stock_lot_company.py", "def _check_known(self):", "test_other_companies_names"),
    # Corrections
    (
        *("models/stock_lot_correction.py", "def _check_name(self, product, name):"),
        "test_corrected_names",
    ),
    (
        *("models/stock_lot_correction.py", "def _check_other_part(self, product):"),
        "test_corrected_parts",
    ),
    (
        "wizard/serial_correction.py",
        "def _check_lots_readable(self):",
        "test_other_companies_names",
    ),
    ("wizard/serial_correction.py", "def _check_manager(self):", "test_correction_rights"),
    ("wizard/serial_correction.py", "def _check_as_seen(self):", "test_at_once"),
    # Custom fields
    (
        *("models/serial_question_answers.py", "def _check_unanswered(self, message):"),
        "test_serial_question",
    ),
    ("models/serial_question.py", "def _unlink_except_answered(self):", "test_serial_question"),
    ("models/serial_question_option.py", "def _check_question_type(self):", "test_serial_question"),
    (
        *("models/serial_question_option.py", "def _unlink_except_answered(self):"),
        "test_serial_question",
    ),
    # Parts, warehouses and the addon's own records
    ("models/product_category.py", "def _unlink_except_part_type(self):", "test_foundations"),
    ("models/product_template.py", "def _check_serials_started(self):", "test_uses_serial_numbers"),
    ("models/stock_warehouse.py", "def _check_serialize_type(self):", "test_foundations"),
    ("models/stock_picking_type.py", "def _check_serialize_settings(self):", "test_foundations"),
    ("models/stock_picking_type.py", "def _unlink_except_serialize(self):", "test_foundations"),
    ("models/ir_sequence.py", "def _unlink_except_serialize(self):", "test_foundations"),
    ("models/ir_cron.py", "def _unlink_except_serial_checkup(self):", "test_foundations"),
)

#: Guards that are part of a method: the file, the text, its replacement, the test file.
TEXTS = (
    (
        *("tools/files/packed_xml.py", "parser.StartDoctypeDeclHandler = _refuse"),
        *("pass", "test_files"),
    ),
    (
        *("tools/gs1.py", 'serial = read("10")'),
        *('serial = ""', "test_serial_prompt"),
    ),
    (
        *("tools/gs1.py", 'raise Unreadable("separator")\n    before'),
        *("pass\n    before", "test_read_codes"),
    ),
    (
        *(
            "models/assignment/entry_assignment.py",
            "self._doubts.find_offered(entry, self._part.product, self._as_new)",
        ),
        *("None", "test_codes"),
    ),
    (
        "models/assignment/entry_assignment.py",
        "line = self._units.find_waiting(product, bins)",
        *("pass", "test_delivery"),
    ),
    (
        *("models/stock_move.py", "return self.is_serialize or super()._skip_push()"),
        *("return super()._skip_push()", "test_routes"),
    ),
    (
        "models/fast/stock_quant.py",
        "            batch.flush()\n",
        *("            pass\n", "test_same_books"),
    ),
    (
        "models/fast/stock_move_line.py",
        """            # Others' units are reserved anew, and searched for in the database.
            self._flush_batch()
""",
        *("            pass\n", "test_same_books"),
    ),
    (
        *("tools/entry_table.py", "return columns if layout.is_clean and", "return columns if"),
        "test_lists",
    ),
    ("tools/entry_table.py", "kind in columns:", "False:", "test_bad_input"),
    ("tools/table_layout.py", "counts[best] >= least", "False", "test_lists"),
    (*("tools/table_layout.py", '(" " in cell or not _has_digit(cell))', "True", "test_lists"),),
    (*("models/serial_prompt_table.py", "if vendor and table:", "if False:", "test_lists"),),
    ("models/serial_prompt_table.py", "len(set(chosen)) < len(chosen)", "False", "test_lists"),
    (*("models/serial_question.py", "if is_reserved(question.name):", "if False:", "test_lists"),),
    (
        *("models/assignment/entry_doubts.py", "if self._known.find(product, serial):"),
        *("if False:", "test_similar_names"),
    ),
    (
        *("models/product_category.py", 'if "serial_question_definition" in vals:'),
        *("if False:", "test_serial_question"),
    ),
    (
        *("models/mail_activity.py", 'if operation in ("write", "unlink"):'),
        *("if False:", "test_other_companies"),
    ),
    (
        "models/serial_photo.py",
        "if not (self.env.su or bypass_access):",
        *("if False:", "test_photos"),
    ),
    (
        *("models/serial_photo.py", 'if denied := self.env["stock.lot"]._check_access(needed):'),
        *("if False:", "test_photos"),
    ),
    (
        *("models/stock_lot_page.py", 'Domain("active", "=", True)\n', "Domain.TRUE\n"),
        "test_unit_page_guards",
    ),
    (
        *("models/stock_lot_page.py", 'Domain("part_type_id", "child_of", part_types.ids)'),
        *("Domain.TRUE", "test_unit_page_guards"),
    ),
    (
        *("models/stock_lot_page.py", 'self.photo_ids.filtered("is_public")', "self.photo_ids"),
        "test_unit_page",
    ),
    (
        "models/stock_lot_page.py",
        "if not (token.isascii() and consteq(self._sign_picture(kind, record_id), token)):",
        *("if False:", "test_unit_page_guards"),
    ),
    (
        *("controllers/unit_page.py", "if wait := _count(PAGES):", "if wait := 0:"),
        "test_unit_page_guards",
    ),
    (
        "models/assignment/entry_assignment.py",
        "if not product or not self._known.find(product, *entry.serials):",
        *("if not product:", "test_scanned_serials"),
    ),
    (
        "models/assignment/entry_packages.py",
        "if there and location and location != there:",
        *("if False:", "test_packages"),
    ),
    (
        *("models/assignment/entry_packages.py", "if not self._is_used:", "if False:"),
        "test_packages",
    ),
    (
        *("models/stock_lot_state.py", "filter_readable(state.partner).display_name"),
        *("state.partner.display_name", "test_unit_state"),
    ),
    (
        "models/own_fields.py",
        'if operation == "write" and field.name in self._warehouse_fields:',
        *("if False:", "test_rights"),
    ),
    (
        "models/own_fields.py",
        'if operation == "write" and field.name in self._own_fields and not self.env.su:',
        *("if False:", "test_own_fields"),
    ),
)

MUTANTS = (
    *(skip(*guard) for guard in METHODS),
    *(Mutant(file, text, instead, f"tests/{tests}.py") for file, text, instead, tests in TEXTS),
)

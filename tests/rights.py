"""What :mod:`test_rights` calls and writes, by the line of the README's table of rights."""

import base64

from odoo import Command

from .photo_case import make_picture

SEE = "see serial numbers, their answers, Source and Used On"
SEE_SHARED = "see a serial number of a part that companies share, its place, answers and chatter"
CHANGE_SHARED = "answer, rename or archive a serial number of a part that companies share"
ENTER = "enter serial numbers on a transfer"
ANSWER = "answer custom fields; move, scrap or return a serial number"
CORRECT = "correct a serial number"
TICK = "tick _Uses Serial #s_, set the default answers"
SET_UP = "set up custom fields"
READ_FILE = "read a file of serial numbers; start moving serial numbers by scan"
COUNT = "count serial numbers by scan"
APPLY = "apply or delete a count"
INSIST = "let an operation type insist that serial numbers are scanned"

COUNTS = dict.fromkeys(
    ("serial_count", "serial_unit_count", "unserialized_quantity", "missing_quantity"), 7
)
LOT_FIELDS = ["name", "location_id", "serial_answers", "source", "used_on", "is_on_hand"]


def list_calls(case):
    """Return ``{line of the table: [(model, ids or None, method, *arguments)]}``.

    :param case: the test, whose records are used
    """
    return {
        **_calls_to_read(case),
        **_calls_to_enter(case),
        **_calls_to_answer(case),
        **_calls_to_correct_and_set_up(case),
        **_calls_to_count(case),
    }


def _calls_to_read(case):
    lot, picking = ("stock.lot", case.serial.ids), ("stock.picking", case.receipt.ids)
    part = ("product.template", case.part.product_tmpl_id.ids)
    order = ("purchase.order", case.receipt.move_ids.purchase_line_id.order_id.ids)
    category = ("product.category", case.part.part_type_id.ids)
    photo = ("serial.photo", case.serial.photo_ids.ids)
    received = case.env["stock.picking"].search([("move_line_ids.lot_id", "=", case.serial.id)])
    variant = ("product.product", case.part.ids)
    on_hand = case.serial.quant_ids.filtered(lambda quant: quant.quantity > 0)
    return {
        SEE: [
            (*lot, "read", LOT_FIELDS),
            (*lot, "get_serial_history"),
            (*part, "action_open_serials"),
            (*variant, "action_open_serials"),
            ("stock.quant", on_hand.ids, "action_open_unit"),
            (*lot, "action_open_public_page"),
            (*photo, "read", ["lot_id", "image_1920"]),
            (*lot, "action_print_labels"),
            (*part, "action_print_serial_labels"),
            (*variant, "action_print_serial_labels"),
            ("lot.label.layout", None, "create", {"lot_ids": case.serial.ids}),
        ],
        "open what was scanned": [
            ("stock.lot", None, "action_open_scanned", "SN1"),
            ("serial.scan", None, "open_scanned", "SN1"),
        ],
        "open Source and Used On": [
            (*lot, "action_open_source"),
            (*lot, "action_open_used_on"),
            (*lot, "action_open_unit_document"),
        ],
        "open the serial numbers of a transfer": [
            (*picking, "action_view_serials"),
            ("stock.picking", received.ids, "action_print_serial_labels"),
        ],
        "open the serial numbers of a purchase order": [(*order, "action_view_serials")],
        "see how many units of a part have no serial number": [
            (*part, "read", ["unserialized_quantity", "serial_count"]),
        ],
        "see which custom fields a part type has": [(*category, "action_open_serial_questions")],
    }


def _calls_to_enter(case):
    picking, returned = ("stock.picking", case.receipt.ids), ("stock.picking", case.returned.ids)
    delivery = case.returned.serial_returns[0]["return_id"]
    line = case.receipt.move_line_ids.filtered("lot_name").id
    content = base64.b64encode(b"Serial\nSN9\n").decode()
    return {
        ENTER: [
            (*picking, "enter_serials", "SN9"),
            (*picking, "enter_in_prompt", "SN9"),
            (*picking, "answer_similar", case.asked),
            (*picking, "forget_refused", case.asked),
            ("stock.picking", case.delivery.ids, "take_reserved", case.taken),
            ("stock.move.line", case.delivery.move_line_ids.ids, "action_undo_scan"),
            (*picking, "preview_serials", "SN9"),
            (*picking, "read_table", "Unit;Where\nSN9;Y1-1A"),
            (*picking, "generate_serials"),
            (*picking, "get_serial_template"),
            (*picking, "copy_serial_answers", line),
            (*picking, "action_leave_without_bin"),
            (*picking, "fill_missing_answers", line),
            (*picking, "action_open_serial_prompt"),
            (*returned, "keep_serials_here", delivery),
            (*returned, "action_return_serials", delivery),
            ("serial.photo", None, "create", {**_prepare_photo(), "move_line_id": line}),
        ],
        READ_FILE: [
            ("stock.picking", None, "action_move_serials"),
            ("stock.picking", None, "read_serial_file", "a.csv", content),
            ("stock.picking", None, "get_file_sheets", "a.csv", content),
        ],
        "validate what has its serial number": [(*picking, "action_validate_serials")],
        "assign serial numbers to units in stock": [
            ("product.template", case.part.product_tmpl_id.ids, "action_assign_serials"),
            ("product.product", case.part.ids, "action_assign_serials"),
        ],
    }


def _calls_to_answer(case):
    lot, key = ("stock.lot", case.serial.ids), case.question.key
    findings = case.env["serial.checkup"].search([("product_id", "=", case.part.id)])
    finding = ("serial.checkup", findings[:1].ids)
    serialize = ("stock.picking.type", case.warehouse.serialize_type_id.ids)
    photos, photo = ("serial.photo", case.serial.photo_ids.ids), _prepare_photo()
    return {
        "see the Serial Check-up, open what puts a finding right": [
            (*finding, "read", ["kind", "description"]),
            (*finding, "action_open_remedy"),
            (*finding, "action_settle"),
            (*serialize, "read", ["serial_checkup_count"]),
            (*serialize, "action_open_serial_checkup"),
        ],
        ANSWER: [
            (*lot, "write", {"serial_answers": {key: 5}}),
            (*lot, "write", {"location_id": case.bin_b.id}),
            (*lot, "action_remove_invalid_answers"),
            (*lot, "action_move_unit"),
            (*lot, "action_move_serials"),
            ("stock.picking.type", case.warehouse.int_type_id.ids, "action_move_serials"),
            ("serial.move.start", _start_move(case).ids, "action_start"),
            (*lot, "action_scrap_unit"),
            ("stock.lot", case.sold.ids, "action_return_unit"),
            (*photos, "write", {"is_public": True}),
            (*photos, "unlink"),
            ("serial.photo", None, "create", {**photo, "lot_id": case.serial.id}),
        ],
        SEE_SHARED: [
            *((*shared, "read", LOT_FIELDS) for shared in case.shared_serials),
            *((*shared, "get_serial_history") for shared in case.shared_serials),
            *(("mail.message", note.ids, "read", ["body"]) for note in case.notes),
        ],
        CHANGE_SHARED: [
            *(
                (*shared, "write", vals)
                for shared in case.shared_serials
                for vals in ({"serial_answers": {key: 5}}, {"name": "SN8"})
            ),
            (*case.shared_serials[0], "write", {"active": False}),
        ],
    }


def _calls_to_correct_and_set_up(case):
    bolt, part = case.bolt.product_tmpl_id, case.part.product_tmpl_id
    line = case.receipt.move_line_ids.filtered("lot_name")
    kind = case.warehouse.out_type_id
    return {
        CORRECT: [
            ("stock.lot", case.serial.ids, "action_correct_serial"),
            ("stock.move.line", line.ids, "action_correct_serial"),
            ("serial.correction", case.correction.ids, "action_correct"),
        ],
        TICK: [
            (bolt._name, bolt.ids, "write", {"uses_serial_numbers": True}),
            (part._name, part.ids, "write", {"default_serial_answers": {case.question.key: 5}}),
        ],
        INSIST: [
            (kind._name, kind.ids, "write", {"serials_must_be_scanned": True}),
        ],
        SET_UP: [
            ("serial.question", None, "create", {"name": "Colour"}),
            ("serial.question", case.question.ids, "write", {"name": "Miles"}),
            ("serial.label.size", None, "create", {"name": "Mine", "width": 60, "height": 30}),
        ],
    }


def _calls_to_count(case):
    count, bins = ("serial.count", case.count.ids), ("serial.count.bin", case.count.bin_ids.ids)
    lines = ("serial.count.line", case.count.line_ids.ids)
    return {
        COUNT: [
            ("serial.count", None, "create", {"company_id": case.env.company.id}),
            (*count, "read", ["name", "missing_count", "current_bin_id"]),
            (*count, "scan", "Y1-1A\nSN1"),
            (*count, "scan_on_screen", "Y1-1A\nSN1"),
            (*count, "read_table", "Unit;Where\nSN9;Y1-1A"),
            (*count, "read_screen"),
            (*count, "close_bin_on_screen", *case.count.bin_ids.ids),
            (*count, "action_all_to_missing"),
            (*count, "action_write_off_all"),
            (*count, "action_move_all_here"),
            (*count, "action_close_bin", *case.count.bin_ids.ids),
            (*count, "action_cancel"),
            (*count, "action_view_lines"),
            (*count, "action_view_missing"),
            (*count, "action_view_misplaced"),
            (*bins, "action_close"),
            (*bins, "action_reopen"),
            (*lines, "action_move_here"),
            (*lines, "action_to_missing"),
            (*lines, "action_write_off"),
            (*lines, "action_leave"),
            (*lines, "unlink"),
        ],
        APPLY: [(*case.closed_count, "action_apply"), (*count, "unlink")],
    }


def _start_move(case):
    return case.env["serial.move.start"].create({"warehouse_id": case.warehouse.id})


def _prepare_photo():
    return {"image_1920": make_picture()}


def list_fields(case):
    """Return ``{record: {line of the table: {field: value}}}`` of all fields that the addon adds,
    with a value to write; the line None is for what nobody writes, or what is computed.

    :param case: the test, whose records are used
    """
    return {
        **_fields_of_parts(case),
        **_fields_of_serials(case),
        **_fields_of_transfers(case),
        **_fields_of_questions(case),
        **_fields_of_corrections(case),
        **_fields_of_settings(case),
        **_fields_of_photos(case),
        **_fields_of_labels(case),
        **_fields_of_counts(case),
    }


def _fields_of_parts(case):
    part, question = case.part.product_tmpl_id, case.question
    edited = {
        "serial_edits": {},
        "serial_ids": [Command.update(case.serial.id, {"note": "x"})],
    }
    return {
        case.bolt.product_tmpl_id: {
            TICK: {"uses_serial_numbers": True, "default_serial_answers": {question.key: 5}},
        },
        part: {
            TICK: {
                "default_serial_answers": {question.key: 5},
                "serial_format": "imei",
                **edited,
            },
            None: {**COUNTS, "part_type_id": case.part.categ_id.id, "serials_started": True},
        },
        case.part: {TICK: edited, None: {**COUNTS, "unserialized_value": 7}},
        case.part.categ_id: {
            None: {
                "serial_pages": True,
                "serial_question_definition": [],
                "serial_question_ids": [],
            },
        },
    }


def _computed(case):
    return {"answers_missing": "x", "part_type_id": case.part.categ_id.id}


def _fields_of_serials(case):
    return {
        case.serial: {
            ANSWER: {
                "serial_answers": {case.question.key: 6},
                "photo_ids": [Command.create(_prepare_photo())],
            },
            None: {
                **_computed(case),
                "corrected_from_id": case.serial.id,
                "has_public_page": True,
                "in_company_history": False,
                "is_on_hand": False,
                "part_tracking": "lot",
                "serial_image": make_picture("blue"),
                "product_tmpl_id": case.bolt.product_tmpl_id.id,
                "invalid_answers": "x",
                "serial_url": "x",
                "source": "x",
                "unit_company_id": False,
                "unit_document": "x",
                "unit_since": False,
                "unit_state": "scrapped",
                "unit_status": "x",
                "used_on": "x",
            },
        },
        case.gone: {ANSWER: {"active": False}},
        case.serial.quant_ids[0]: {None: {"is_of_other_company": True}},
    }


def _fields_of_transfers(case):
    line = case.receipt.move_line_ids.filtered("lot_name")
    return {
        line: {
            ENTER: {
                "best_before_date": "2030-01-31",
                "confirmed_name": "SN9",
                "photo_ids": [Command.create(_prepare_photo())],
                "serial_answers": {case.question.key: 6},
            },
            None: {
                **_computed(case),
                "bin_user_id": case.env.user.id,
                "known_lot_id": case.serial.id,
                "scan_state": "missing",
                "scanned_name": "x",
            },
        },
        case.receipt.move_ids: {
            None: {
                "is_serialize": True,
                "is_serial_correction": True,
                "serial_count_id": case.count.id,
                "unit_value": 7,
            },
        },
        case.receipt: {
            ENTER: {
                "serial_entry": "SN9",
                "serial_entry_location_id": case.bin_b.id,
                "serial_entry_package": "P1",
                "serial_entry_product_id": case.part.id,
                "serial_line_ids": [Command.update(line.id, {"lot_name": "SN9"})],
                "serial_prompt_line_ids": [Command.update(line.id, {"lot_name": "SN9"})],
            },
            None: {
                **dict.fromkeys(("serial_done_count", "serial_missing_count"), 7),
                **dict.fromkeys(("is_serialize", "serial_some_new", "serial_units_in_stock"), True),
                **dict.fromkeys(("serial_is_scanned", "serial_must_be_scanned"), True),
                **dict.fromkeys(("serial_puts_away", "serial_several_transfers"), True),
                "serial_from_scans": True,
                "serial_without_bin": "x",
                "serial_scanned_count": 7,
                "serial_answers_missing": "x",
                "serial_entry_product_ids": case.bolt.ids,
                "serial_entry_refused": [],
                "serial_returns": [],
                "serial_returns_kept": [],
                "serial_several_parts": True,
                "serial_unit_count": 7,
                "serial_validate_label": "x",
            },
        },
        case.receipt.move_ids.purchase_line_id.order_id: {None: {"serial_count": 7}},
        case.vendor: {None: {"serial_list_columns": []}},
        _start_move(case): {READ_FILE: {"warehouse_id": case.warehouse.id}},
        case.warehouse.serialize_type_id: {
            INSIST: {"serials_must_be_scanned": True},
            None: {"is_serialize": False, "serial_checkup_count": 7},
        },
    }


def _fields_of_questions(case):
    return {
        case.question: {
            SET_UP: {
                "active": False,
                "category_ids": case.part.categ_id.ids,
                "format": "imei",
                "help": "x",
                "indexed": True,
                "is_public": True,
                "name": "Miles",
                "on_label": True,
                "option_ids": [],
                "question_type": "float",
                "required": True,
                "sequence": 7,
            },
            None: {"answer_count": 7, "key": "x"},
        },
        case.choice: {
            SET_UP: {
                "active": False,
                "name": "Blue",
                "sequence": 7,
                "question_id": case.question.id,
            },
            None: {"key": "x"},
        },
    }


def _fields_of_corrections(case):
    return {
        case.correction: {
            CORRECT: {
                **dict.fromkeys(("new_name", "other_serial", "reason", "serial"), "x"),
                "kind": "undo",
                "lot_id": case.serial.id,
                "move_line_id": case.receipt.move_line_ids.filtered("lot_name").id,
                "other_lot_id": case.serial.id,
                "product_id": case.part.id,
            },
            None: {
                "location_id": case.bin_b.id,
                "part_id": case.bolt.id,
                "part_type_id": case.part.categ_id.id,
            },
        },
    }


def _fields_of_settings(case):
    settings = case.env["res.config.settings"].create({})
    return {record: {None: {"serial_pages": True}} for record in (case.env.company, settings)}


def _fields_of_photos(case):
    return {
        case.serial.photo_ids: {
            ANSWER: {
                "image_1920": make_picture("blue"),
                "is_public": True,
                "lot_id": case.gone.id,
                "sequence": 7,
            },
            None: {"move_line_id": False, "picking_id": False},
        },
    }


def _fields_of_labels(case):
    size = case.env.ref("serialized_parts.serial_label_size_a4_4x12")
    layout = case.env["lot.label.layout"].create({"lot_ids": case.serial.ids})
    return {
        size: {
            SET_UP: {
                "active": False,
                "code": "code128",
                "dots": "12",
                "kind": "roll",
                "name": "Mine",
                **dict.fromkeys(("page_height", "page_width"), 300),
                **dict.fromkeys(("column_gap", "row_gap"), 0.5),
                **dict.fromkeys(("columns", "rows"), 3),
                **dict.fromkeys(("height", "width"), 20),
                **dict.fromkeys(("margin_side", "margin_top", "sequence"), 7),
            },
            None: {"label_count": 7},
        },
        layout: {
            SEE: {
                "code": "code128",
                "label_size_id": size.id,
                "lot_ids": [Command.set(case.serial.ids)],
                "used_labels": 7,
            },
            None: {
                **dict.fromkeys(("label_notice", "label_preview", "label_summary"), "x"),
                "label_size_kind": "sheet",
                "print_formats": ["x"],
            },
        },
    }


def _fields_of_counts(case):
    count, counted_bin, line = case.count, case.count.bin_ids, case.count.line_ids
    statuses = ("here", "misplaced", "gone", "unknown", "missing")
    return {
        count: {
            COUNT: {
                "company_id": case.env.company.id,
                "current_bin_id": counted_bin.id,
                "is_blind": True,
                **{f"{name}_ids": [] for name in ("line", "missing", "misplaced", "unknown")},
                "location_ids": case.bin_a.ids,
                "product_ids": case.part.ids,
                "scan_text": "SN1",
                "user_id": case.clerk.id,
            },
            None: {
                **{f"{status}_count": 7 for status in statuses},
                **{name: [Command.clear()] for name in ("bin_ids", "person_ids")},
                "apply_summary": "x",
                "date": "2030-01-31",
                "name": "x",
                "state": "done",
            },
        },
        counted_bin: {
            None: {
                **dict.fromkeys(("expected_count", "found_count", "missing_count"), 7),
                **dict.fromkeys(("accuracy", "misplaced_count"), 7),
                "company_id": case.env.company.id,
                "count_id": count.id,
                "date": "2030-01-31",
                "line_ids": [],
                "location_id": case.bin_b.id,
                "state": "closed",
                "user_id": case.clerk.id,
            },
        },
        line: {
            COUNT: {"quantity": 7, "resolution": "none"},
            None: {
                "bin_id": counted_bin.id,
                "count_id": count.id,
                "date": "2030-01-31",
                "expected_location_id": case.bin_b.id,
                "expected_quantity": 7,
                "lot_id": case.serial.id,
                **dict.fromkeys(("message", "name"), "x"),
                "product_id": case.part.id,
                "status": "gone",
                "user_id": case.clerk.id,
            },
        },
        count.person_ids: {
            None: {
                "bin_id": False,
                "count_id": count.id,
                "product_id": case.part.id,
                "text": "x",
                "user_id": case.clerk.id,
            },
        },
        case.bin_a: {
            None: {
                "is_serial_missing": True,
                "serial_bin_ids": [],
                "serial_counted_on": "2030-01-31",
            },
        },
        case.warehouse: {APPLY: {"serial_missing_location_id": case.bin_c.id}},
    }

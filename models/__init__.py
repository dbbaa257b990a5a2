"""What a part, a serial number and its custom fields are, and how a serial number is created,
moved, counted and corrected.

All Odoo models belong here, one model a file; where a model has several subjects, each has a file
named after the model and the subject. ``fast`` changes nothing but time, and comes last. Code that
needs no Odoo record belongs in ``tools``, a field type in ``fields``.
"""

import os

from . import (
    answer_fields,
    base,
    document,
    ir_cron,
    ir_sequence,
    mail_activity,
    mail_activity_type,
    own_fields,
    product_category,
    product_category_value,
    product_product,
    product_product_value,
    product_template,
    product_template_value,
    purchase_order,
    res_partner,
    serial_checkup,
    serial_checkup_activity,
    serial_checkup_answers,
    serial_checkup_names,
    serial_checkup_positions,
    serial_checkup_transfers,
    serial_checkup_units,
    serial_named,
    serial_photo,
    serial_question,
    serial_question_answers,
    serial_question_index,
    serial_question_option,
    stock_lot,
    stock_lot_address,
    stock_lot_answers,
    stock_lot_company,
    stock_lot_correction,
    stock_lot_documents,
    stock_lot_edits,
    stock_lot_elsewhere,
    stock_lot_import,
    stock_lot_name,
    stock_lot_photos,
    stock_lot_position,
    stock_lot_value,
    stock_move,
    stock_move_line,
    stock_move_line_answers,
    stock_move_line_correction,
    stock_move_line_photos,
    stock_move_line_position,
    stock_move_line_reservation,
    stock_move_line_typed,
    stock_move_line_value,
    stock_move_value,
    stock_picking,
    stock_picking_entry,
    stock_picking_file,
    stock_picking_photos,
    stock_picking_prompt,
    stock_picking_refused,
    stock_picking_serialize,
    stock_picking_table,
    stock_picking_type,
    stock_quant,
    stock_scrap,
    stock_warehouse,
)

#: Whether ``fast`` is loaded: the addon is correct without it.
FAST = os.environ.get("SERIALIZED_PARTS_FAST") != "0"
if FAST:
    from . import fast

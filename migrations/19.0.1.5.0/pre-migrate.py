"""The list of the prompt has another name, because several transfers may share it: views that extend
the prompt follow, before it is read from its new file."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_ui_view view
           SET arch_db = replace(view.arch_db::text, 'serial_line_ids', 'serial_prompt_line_ids')::jsonb
          FROM ir_model_data prompt
         WHERE prompt.module = 'serialized_parts' AND prompt.name = 'stock_picking_view_form_serials'
           AND view.inherit_id = prompt.res_id
           AND view.arch_db::text LIKE '%serial\\_line\\_ids%'
        """
    )

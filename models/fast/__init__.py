"""What changes nothing but time.

Here belongs what makes Odoo, or the other models, do the same with fewer queries or less work.
Without it the addon is right, only slower: whoever doubts that starts Odoo with
SERIALIZED_PARTS_FAST=0, and the tests play documents with it and without it. What changes an
outcome, a check or a message doesn't belong here.
"""

from . import stock_lot, stock_move, stock_move_line, stock_quant

from . import (
    repair_order,
    repair_order_units,
    stock_move,
    stock_move_line,
)

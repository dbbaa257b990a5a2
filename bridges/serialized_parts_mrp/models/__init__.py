from . import (
    mrp_production,
    mrp_production_units,
    mrp_unbuild,
    stock_move,
    stock_move_line,
)

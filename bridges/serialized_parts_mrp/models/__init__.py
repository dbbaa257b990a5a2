from . import (
    mrp_production,
    mrp_production_units,
    mrp_unbuild,
    mrp_unbuild_answers,
    mrp_unbuild_scan,
    stock_move,
    stock_move_line,
)

from . import mrp_production, mrp_unbuild

from . import export, unit_page

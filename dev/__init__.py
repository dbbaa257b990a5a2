"""Set-up, demo, test and lint of the addon: ``python3 dev --help``."""

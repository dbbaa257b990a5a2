"""Bring Chromium for the browser tests into the cache, without root (Debian only, 230 MB to download, 0.9 GB)."""

import os

from dev import browser
from dev.output import say

HELP = "bring Chromium into the cache, without root"


def run(options, rest):
    found = browser.find(os.environ.get("PATH"))
    say(f"there is one already: {found}" if found else f"ready: {browser.install()}")
    return 0

"""Put Chromium for the browser tests into the cache, without root (Debian only; downloads 230 MB, takes 0.9 GB)."""

import os

from dev import browser
from dev.output import say

HELP = "bring Chromium into the cache, without root"


def run(options, rest):
    found = browser.find(os.environ.get("PATH"))
    say(f"there is one already: {found}" if found else f"ready: {browser.install()}")
    return 0

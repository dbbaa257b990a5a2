"""What a part of the soak found: figures for the table, and violations, each of which is a bug."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from lab import figures

MOST_SHOWN = 20
LONGEST = 600


class Report:
    """What one part of the soak counted; any thread may add to it.

    :ivar figures: ``{label: count or text}``, in the order of the table
    :ivar violations: the bugs found, as texts
    :ivar not_run: what could not be tried here and why, as texts
    """

    def __init__(self, part, **figures):
        self.part, self.figures = part, figures
        self.violations, self.not_run = [], []
        self._lock = Lock()

    def count(self, label, number=1):
        """Add *number* to a figure; 0 makes it appear in the table."""
        with self._lock:
            self.figures[label] = self.figures.get(label, 0) + number

    def violate(self, text):
        """Note a bug."""
        with self._lock:
            self.violations.append(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


class Part:
    """What the soak does to a yard for some seconds; the same seed gives the same inputs.

    :ivar report: its Report
    """

    def __init__(self, yard, seconds, seed):
        self.yard, self.seed = yard, seed
        self.report = Report(type(self).__name__.lower())
        self.is_short = seconds < 100
        self._end = time.monotonic() + seconds

    def is_over(self):
        """Return whether the time is up."""
        return time.monotonic() > self._end

    def play_at_tables(self, tables, play):
        """Call ``play(number)`` for *tables* tables at once; count the calls that Odoo retried."""
        before = self.yard.odoo.count_in_log("tries left")
        with ThreadPoolExecutor(tables) as pool:
            list(pool.map(play, range(tables)))
        met = self.yard.odoo.count_in_log("tries left") - before
        self.report.figures["calls that met and were done again"] = met

    def audit(self, where=""):
        """Note what is wrong in the books."""
        for wrong in self.yard.audit():
            self.report.violate(f"{where}{wrong}")


def table(reports):
    """Return the figures as a Markdown table."""
    rows = []
    for report in reports:
        rows += [(report.part, label, str(value)) for label, value in report.figures.items()]
        rows.append((report.part, "violations", str(len(report.violations))))
    return figures.table(("part", "what", "count"), rows, left=2)


def remarks(reports):
    """Return the lines below the table: what was not run, and the violations."""
    lines = []
    for report in reports:
        lines += [f"not run ({report.part}): {text}" for text in report.not_run]
        lines += [f"VIOLATION ({report.part}): {text}" for text in report.violations[:MOST_SHOWN]]
        if len(report.violations) > MOST_SHOWN:
            lines.append(f"... and {len(report.violations) - MOST_SHOWN} more ({report.part})")
    return lines


def share(minutes, weights):
    """Return the seconds of each part, in proportion to its weight.

    :param dict weights: ``{part: weight}`` of the parts to run
    """
    whole = sum(weights.values())
    return {part: 60 * minutes * weight / whole for part, weight in weights.items()}

"""What a part of the soak found: figures for the table, and violations, each of which is a bug."""

from dataclasses import dataclass, field

MOST_SHOWN = 20
LONGEST = 600


@dataclass
class Report:
    """What one part counted.

    :ivar figures: ``{label: count or text}``, in the order of the table
    :ivar violations: what must not be, one text each
    :ivar not_run: what could not be tried here, and why
    """

    part: str
    figures: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)
    not_run: list = field(default_factory=list)

    def count(self, label, number=1):
        """Add *number* to a figure; 0 shows it."""
        self.figures[label] = self.figures.get(label, 0) + number

    def violate(self, text):
        """Note a bug."""
        self.violations.append(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


def table(reports):
    """Return the figures as a Markdown table."""
    rows = [("part", "what", "count")]
    for report in reports:
        rows += [(report.part, label, str(value)) for label, value in report.figures.items()]
        rows.append((report.part, "violations", str(len(report.violations))))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"| {part:<{widths[0]}} | {what:<{widths[1]}} | {count:>{widths[2]}} |"
        for part, what, count in rows
    ]
    lines.insert(1, f"|{'-' * (widths[0] + 2)}|{'-' * (widths[1] + 2)}|{'-' * (widths[2] + 1)}:|")
    return "\n".join(lines)


def remarks(reports):
    """Return what stands below the table: what was not run, and the violations."""
    lines = []
    for report in reports:
        lines += [f"not run ({report.part}): {text}" for text in report.not_run]
        lines += [f"VIOLATION ({report.part}): {text}" for text in report.violations[:MOST_SHOWN]]
        if len(report.violations) > MOST_SHOWN:
            lines.append(f"... and {len(report.violations) - MOST_SHOWN} more ({report.part})")
    return lines


def share(minutes, weights):
    """Return the seconds of each part: what is left goes to the others in their proportion.

    :param dict weights: ``{part: weight}`` of the parts that are run
    """
    whole = sum(weights.values())
    return {part: 60 * minutes * weight / whole for part, weight in weights.items()}

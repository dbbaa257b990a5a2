"""Labels that name what they show: ``S/N: ABC123``, and those of phones, with several numbers."""

import re

from .scanned_code import Code, Unreadable

# What stands before a serial number, and what before other numbers of the same unit. One of
# the signs has to follow, or a blank behind "S/N": SN001 simply is a serial number.
_LABEL = re.compile(
    r"""(?:^|(?<=[\s,;]))
    (?:
        (?P<serial>S/N|S\.N\.|SN|SER(?:IAL)?(?:[ -]?(?:NO|NR|NUM|NUMBER))?\.?|SERIENN(?:UMME)?R\.?)
        |(?P<imei>IMEI[ ]?/?1?|MEID)
        |(?P<other>IMEI[ ]?/?2|EID|ICCID|P/N|PN|PART[ ]?(?:NO|NR|NUMBER)\.?|MODEL|MAC|SKU|UPC|EAN)
    )
    (?:[ ]?[:#=]+|(?<=S/N)(?=[ ]))[ \t]*""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
# Any other label of the same unit: a word or two and a colon, then a blank.
_OTHER_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 ./-]{0,24}:[ \t]+\S")
_LINE = re.compile(r"[^\n]+")
#: How far into a text its first label is looked for, in characters: a search takes a second for 5 MB.
MAX_START = 100_000


def has_labels(text):
    """Return whether a number near the start of *text* has a label."""
    return any(sign in text for sign in (*":#=", "/")) and bool(_LABEL.search(text, 0, MAX_START))


def read_label(text, _separator=None):
    """Return the :class:`Code` of a label, with its serial number ``offered``; None if *text* has no
    label, or several with the same name, which belong to several units.

    :raise Unreadable: if its numbers are no serial numbers
    """
    if not _LABEL.match(text):
        return None
    labels = [*_LABEL.finditer(text)]
    if len({_name(label[0]) for label in labels}) < len(labels):
        return None
    numbers = {}
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        value = text[label.end() : end].partition("\n")[0].strip(" \t,;")
        numbers.setdefault(label.lastgroup, value)
    offered = numbers.get("serial") or numbers.get("imei")
    if not offered:
        raise Unreadable("label", label=labels[0][0].strip())
    return Code(serial="" if "\n" in text else text, offered=offered)


def _name(label):
    """Return the name of *label*, for which case and signs don't count."""
    return "".join(filter(str.isalnum, label)).casefold()


def find_blocks(text):
    """Yield ``(start, end)`` of the lines of *text* that are one label: each line has a name, none
    has one that is there already, and one of them is a serial number."""
    block, names = [], set()
    for line in _LINE.finditer(text):
        name = _name_of_line(line[0].strip())
        if not name or name in names:
            yield from _span(block)
            block, names = [], set()
        if name:
            block.append(line)
            names.add(name)
    yield from _span(block)


def _name_of_line(line):
    """Return the name that *line* begins with, else an empty string."""
    label = _LABEL.match(line) or _OTHER_LABEL.match(line)
    return _name(label[0].partition(":")[0]) if label else ""


def _span(block):
    kinds = {label.lastgroup for line in block for label in _LABEL.finditer(line[0])}
    if len(block) > 1 and kinds & {"serial", "imei"}:
        yield block[0].start(), block[-1].end()

"""Nonsense to send to the addon: hypothesis strategies for texts, values, files, answers and calls."""

import base64
import io
import zipfile
from collections import namedtuple

import openpyxl
from hypothesis import strategies as st

MEGABYTE = 2**20
HUGE = 10 * MEGABYTE

WORDS = (
    *("SN1", "SN001*3", "SN1..SN4", "A 1/2-#*", "0", "7*2", "x", ""),
    *("=1+1", "@x", "+1", "-1+cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "SN1@", "@"),
    *("SN1*0", "SN1*99999", "1..999999999999", "SN1*" + "9" * 5000, "SN9..SN2", "..", "*", "1*1*1"),
    *("\x00", "SN\x001", "SN1@\x00", "\x07", "\x1d", "\x7f", "SN1@a\x00b", "\ufeffSN1", "\x85"),
    *("\u202eSN1", "SN\u200f1", "\u2066x\u2069", "\u2028", "\u200b", "A\u0301" * 30),
    *("😀", "👩\u200d👩\u200d👧", "SN😀1*2", "\ud800", "SN\udfff1", "SN1@\ud83d", "\ufffe"),
    *("٣", "SN٣*2", "SN²", "SN１*２", "Ⅷ", "ß" * 200, "İ"),
    *("A" * 128, "A" * 129, "9" * 128 + "*2", "%s", "%(name)s", "{0}", "'; DROP TABLE x; --"),
    *("<script>alert(1)</script>", "\\", "\\x00", "NaN", "Infinity", "null", "None", "True"),
    *("0101234567890128\x1d21ABC", "]C10101234567890128", "21\x1d", "21😀\x1d", "01" + "9" * 14),
    *("SN1\tSOAK-A", "SN1@SOAK-A", "SOAK-B", "SN1\tA\tB", "SN1\t\x00", "SN1\t\ud800"),
)
SEPARATORS = ("\n", "\r\n", ",", ";", ", ", "\t", "\r", "\x0b", " ")
HEADERS = (
    *("Serial", "serial #,Location", "Serial\tLocation\tSoak char", "Serial;Soak integer"),
    *("Serial,Serial", '"Serial', 'Serial,"', "Serial,\x00", "Serial,\ud800", "Serial," * 500),
    *(
        "Serial,Soak boolean,Soak date,Soak datetime,Soak selection,Soak tags,Soak float",
        "Serial,,",
    ),
)
CELLS = (
    *("1", "yes", "2026-01-31", "31/12/2026", "0001-01-01", "9999-12-31 23:59:59", "Good", "a,b"),
    *("1e400", "-1e400", "nan", "1,0.0", "9" * 400, '"', '""', '"a', "\x00", "\ud800"),
)
NUMBERS = (0, -1, 1, 3.5, -0.0, 2**31, -(2**31), 2**53 + 1, 2**63, 2**70, 10**400, 1e308)


def join(separators, parts):
    """Return texts of one to eight *parts*, joined by one of the *separators*."""
    return st.builds(str.join, st.sampled_from(separators), st.lists(parts, min_size=1, max_size=8))


def weigh(**weights):
    """Return one of the names, at random by weight."""
    return st.sampled_from([name for name, weight in weights.items() for _time in range(weight)])


#: One word: three quarters of them known to be awkward.
word = weigh(known=3, random=1).flatmap(
    lambda kind: (
        st.sampled_from(WORDS) if kind == "known" else st.text(st.characters(), max_size=30)
    )
)
#: Anything that Python can read from JSON.
value = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(word, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def table(draw):
    """Return a table with a header."""
    header = draw(st.sampled_from(HEADERS))
    separator = next((sign for sign in "\t;," if sign in header), "\t")
    cells = st.lists(st.sampled_from(CELLS), max_size=min(8, header.count(separator)))
    row = st.builds(lambda first, rest: separator.join([first, *rest]), word, cells)
    return draw(st.sampled_from(("\n", "\r\n"))).join([header, *draw(st.lists(row, max_size=3))])


#: What may be in the entry box.
text = st.one_of(join(SEPARATORS, word), join(SEPARATORS, word), join("\n", word), table())


# ---------------------------------------------------------------------------------------- files


def _read_parts():
    """Return the files inside a valid workbook, ``{name: content}``."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (("Serial", "Soak integer"), ("SN1", "=1+1")):
        book.active.append(row)
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = _read_parts()
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def workbook(padding=0, **changes):
    """Return the content of an XLSX file.

    :param changes: ``{file inside it: new content}``, None to leave it out
    :param padding: how many megabytes of spaces to add to each changed file
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in {**PARTS, **changes}.items():
            if content is not None:
                with archive.open(name, "w") as part:
                    part.write(content)
                    for _megabyte in range(padding if name in changes else 0):
                        part.write(b" " * MEGABYTE)
    return file.getvalue()


def sheet(rows):
    """Return the XML of a sheet."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (space, rows)


def _cell(kind, content):
    return sheet(b'<row r="1"><c r="A1" t="%b"><v>%b</v></c></row>' % (kind, content))


BROKEN_SHEETS = (
    *(b"", b"<worksheet", b"<a>" * 5000, b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + PARTS[SHEET]),
    *(_cell(b"s", b"99"), _cell(b"s", b"x"), _cell(b"n", b"x"), _cell(b"e", b"#REF!")),
    *(_cell(b"d", b"nonsense"), _cell(b"b", b"7")),
    sheet(b'<row r="-5"><c r="A1"><v>1</v></c></row>'),
    sheet(b'<row r="99999999999"><c r="ZZZZZZ1"><v>1</v></c></row>'),
    sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    sheet(b'<row r="x"><c r="?"><v>1e999</v></c></row>'),
)


def _break_bytes(changes):
    content = bytearray(workbook())
    for at, byte in changes.items():
        content[at % len(content)] = byte
    return bytes(content)


def _encode(content):
    return base64.b64encode(content).decode()


_csv = st.builds(
    lambda found, code: found.encode(code, "replace"), text, st.sampled_from(("utf-8", "utf-16"))
)
_xlsx = st.one_of(
    st.binary(max_size=2000),
    st.sampled_from(BROKEN_SHEETS).map(lambda content: workbook(**{SHEET: content})),
    st.sampled_from(sorted(PARTS)).map(lambda part: workbook(**{part: None})),
    st.dictionaries(st.integers(0, 10**4), st.integers(0, 255), max_size=20).map(_break_bytes),
)
#: ``(name, content)`` of a file; the content is base64.
file = st.one_of(
    st.tuples(word, st.sampled_from(("", "====", "!", "😀", "A", "\x00", "YQ="))),
    st.tuples(st.just("a.csv"), (st.binary(max_size=2000) | _csv).map(_encode)),
    st.tuples(st.just("a.xlsx"), _xlsx.map(_encode)),
)

#: Functions that return small files that unpack to huge ones.
BOMBS = (
    lambda: workbook(300, **{SHEET: b"<worksheet>"}),
    lambda: workbook(**{STRINGS: b"<sst><si><t>" + b"x" * (90 * MEGABYTE) + b"</t></si></sst>"}),
    lambda: workbook(**{STRINGS: b"<sst>" + b"<si><t>x</t></si>" * (5 * MEGABYTE) + b"</sst>"}),
    lambda: workbook(**{SHEET: sheet(b"<row/>" * (15 * MEGABYTE))}),
    lambda: workbook(**{SHEET: sheet(b"<row>" + b"<c><v>1</v></c>" * (6 * MEGABYTE) + b"</row>")}),
    lambda: _lie(bytearray(workbook(300, **{SHEET: b"<worksheet>"}))),
)
#: What a text of ten megabytes starts with, and what it repeats.
HEADS = ("", "", "Serial\n", "Serial,Location\n", 'Serial,"', 'Serial\n"')
UNITS = ("A", ",", "\n", "SN1\n", '"', "\t", "A@", "..", "1*", "9", "SN1*9999\n", "\u202e", "=,")


def _lie(content):
    """Make the directory of a zip file claim that its files are small."""
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def huge(chance):
    """Return ``(method, arguments)`` of a call with huge input."""
    if chance.random() < 0.3:
        return "read_serial_file", ["bomb.xlsx", _encode(chance.choice(BOMBS)())]
    unit, head = chance.choice(UNITS), chance.choice(HEADS)
    method = chance.choice(("enter_serials", "preview_serials"))
    return method, [head + unit * ((HUGE - len(head)) // len(unit.encode()))]


# ---------------------------------------------------------------------------------------- calls

#: A user's call; *id* is None for a method of the model itself.
Call = namedtuple("Call", "user model method id args kwargs")
#: The ids to use in calls: of the user's own, the part's and another company's records.
Known = namedtuple("Known", "picking lines part template serials bins keys foreign")


def answers(keys):
    """Return what may be written as answers to the custom fields with these *keys*."""
    given = st.dictionaries(
        st.sampled_from(keys) | word, value | st.sampled_from(CELLS), max_size=4
    )
    rows = given.map(lambda found: [{"name": key, "value": found[key]} for key in found])
    odd = st.fixed_dictionaries({"name": value, "type": value, "value": value})
    return st.one_of(given, given, given, given, rows, st.lists(odd, min_size=1, max_size=1), value)


def edits(known):
    """Return what may be sent as edits of a part's serial numbers."""
    location = st.sampled_from((*known.bins, known.foreign["location"])) | value
    edit = st.fixed_dictionaries(
        {}, optional={"serial_answers": answers(known.keys), "location_id": location}
    )
    odd = st.dictionaries(st.sampled_from(("name", "company_id", "\x00")), value)
    names = (*known.serials, known.foreign["serial"], 0, -1, 2**70, "x", "\x00")
    key = st.sampled_from(names).map(str)
    return st.one_of(st.dictionaries(key, st.one_of(edit, edit, edit, odd), max_size=2), value)


@st.composite
def _some_ids(draw, known):
    """Return the part and the bin of a call: mostly none, otherwise valid, foreign or nonsense."""
    ids = {}
    for name, own in (("product", known.part), ("location", known.bins[0])):
        if draw(weigh(none=3, some=2)) == "some":
            found = st.sampled_from((own, own, known.foreign[name], 10**9, -1))
            ids[f"{name}_id"] = draw(found | value)
    return ids


@st.composite
def calls(draw, known):
    """Return a :class:`Call` that uses the ids in *known*."""

    def pick(*choices):
        return draw(st.sampled_from(choices))

    foreign = known.foreign
    picking = pick(*[known.picking] * 8, foreign["picking"], foreign["done"], 10**9)
    line = pick(*known.lines, foreign["line"])
    kind = draw(weigh(enter=9, file=3, suggest=1, copy=1, answer=3, default=1, edit=2))
    if kind == "enter":
        method = pick("enter_serials", "preview_serials", "preview_serials", "enter_in_prompt")
        typed = [draw(st.one_of(*[text] * 9, value))]
        return Call("clerk", "stock.picking", method, picking, typed, draw(_some_ids(known)))
    if kind == "file":
        args = draw(st.one_of(*[file] * 9, st.tuples(value, value)))
        method = pick("read_serial_file", "read_serial_file", "get_file_sheets")
        return Call("clerk", "stock.picking", method, None, list(args), {})
    if kind == "suggest":
        method, ids = pick("generate_serials", "get_serial_template"), draw(_some_ids(known))
        ids.pop("location_id", None)
        return Call("clerk", "stock.picking", method, picking, [], ids)
    if kind == "copy":
        args = [draw(st.just(line) | value), draw(value)]
        return Call("clerk", "stock.picking", "copy_serial_answers", picking, args, {})
    if kind == "answer":
        serial = pick(*known.serials, foreign["serial"])
        model, id_ = pick(("stock.lot", serial), ("stock.move.line", line))
        return Call(
            "clerk", model, "write", id_, [{"serial_answers": draw(answers(known.keys))}], {}
        )
    name, given = "serial_edits", edits(known)
    if kind == "default":
        name, given = "default_serial_answers", answers(known.keys)
    user, template = pick("office", "office", "clerk"), pick(known.template, foreign["template"])
    return Call(user, "product.template", "write", template, [{name: draw(given)}], {})

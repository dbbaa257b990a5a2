"""Nonsense to feed to the addon, from a seeded chance: texts, values, files, answers."""

import base64
import io
import zipfile

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
    *(
        "1e400",
        "-1e400",
        "nan",
        "1,0.0",
        "9" * 400,
        '"',
        '""',
        '"a',
        "\x00",
        "\ud800",
        "0001-01-01",
    ),
)
NUMBERS = (0, -1, 1, 3.5, -0.0, 2**31, -(2**31), 2**53 + 1, 2**63, 2**70, 10**400, 1e308)
ODD = (None, True, False, [], {}, [[]], [None], {"a": {"b": [1]}}, [1, 2], {"id": 1}, "", "1", "x")


def value(chance):
    """Return anything that JSON, as Python reads it, may hold."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice(NUMBERS)
    if kind == 1:
        return chance.choice((float("nan"), float("inf"), float("-inf")))
    if kind == 2:
        return chance.choice(WORDS)
    if kind == 3:
        return [value(chance) for _item in range(chance.randrange(3))]
    if kind == 4:
        return {chance.choice(WORDS): value(chance) for _item in range(chance.randrange(3))}
    return chance.choice(ODD)


def word(chance):
    """Return one word, or random characters."""
    if chance.random() < 0.7:
        return chance.choice(WORDS)
    top = chance.choice((0x7F, 0x7F, 0x2FF, 0xFFFF, 0x10FFFF))
    return "".join(chr(chance.randint(0, top)) for _char in range(chance.randrange(1, 30)))


def text(chance):
    """Return what may stand in the entry box: words, or a table."""
    if chance.random() < 0.25:
        return table(chance)
    words = [word(chance) for _word in range(chance.choice((1, 1, 2, 3, 8)))]
    return chance.choice(SEPARATORS).join(words)


def table(chance):
    """Return a table with a header."""
    header = chance.choice(HEADERS)
    separator = next((sign for sign in "\t;," if sign in header), "\t")
    rows = [header]
    for _row in range(chance.randrange(4)):
        cells = [word(chance)] + [
            chance.choice(CELLS) for _cell in range(min(8, header.count(separator)))
        ]
        rows.append(separator.join(cells))
    return chance.choice(("\n", "\r\n")).join(rows)


def huge(chance):
    """Return a text of ten megabytes."""
    unit = chance.choice(
        ("A", ",", "\n", "SN1\n", '"', "\t", "A@", "..", "1*", "9", "SN1*9999\n", "\u202e", "=,")
    )
    head = chance.choice(("", "", "Serial\n", "Serial,Location\n", 'Serial,"', 'Serial\n"'))
    return head + unit * ((HUGE - len(head)) // len(unit.encode()))


def file(chance):
    """Return ``(name, content)`` of a file, the content in base64."""
    kind = chance.randrange(8)
    if kind == 0:
        return chance.choice(WORDS), chance.choice(("", "====", "!", "😀", "A", "\x00", "YQ="))
    if kind == 1:
        return "a.csv", _encode(chance.randbytes(chance.randrange(2000)))
    if kind == 2:
        return "a.xlsx", _encode(chance.randbytes(chance.randrange(2000)))
    if kind == 3:
        return "a.csv", _encode(text(chance).encode(chance.choice(("utf-8", "utf-16")), "replace"))
    if kind == 4:
        return "a.xlsx", _encode(workbook(_broken_sheet(chance)))
    if kind == 5:
        content = bytearray(workbook(SHEET))
        for _byte in range(chance.randrange(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        return "a.xlsx", _encode(bytes(content))
    if kind == 6:
        return "a.xlsx", _encode(workbook(SHEET, leave=chance.choice(PARTS)))
    return "a.xlsx", _encode(workbook(SHEET))


def bomb(chance):
    """Return ``(name, content)`` of a file that is small and unpacks to very much."""
    kind = chance.randrange(6)
    if kind == 0:  # a sheet of gigabytes
        content = workbook(b"<worksheet>", pad=("xl/worksheets/sheet1.xml", 300 * MEGABYTE))
    elif kind == 1:  # shared strings below the limit, all of them read
        content = workbook(SHEET, strings=b"<si><t>" + b"x" * (90 * MEGABYTE) + b"</t></si>")
    elif kind == 2:  # very many shared strings
        content = workbook(SHEET, strings=b"<si><t>x</t></si>" * (5 * MEGABYTE))
    elif kind == 3:  # very many rows
        content = workbook(_sheet(b"<row/>" * (15 * MEGABYTE)))
    elif kind == 4:  # one very wide row
        content = workbook(_sheet(b"<row>" + b"<c><v>1</v></c>" * (6 * MEGABYTE) + b"</row>"))
    else:  # a size in the directory that is a lie
        content = bytearray(workbook(b"<worksheet>", pad=("xl/worksheets/sheet1.xml", HUGE * 30)))
        _lie(content)
    return "bomb.xlsx", _encode(bytes(content))


def answers(chance, keys):
    """Return what may be written as answers to the questions with these *keys*."""
    kind = chance.randrange(8)
    if kind == 0:
        return value(chance)
    given = {_key(chance, keys): _answer(chance) for _key_ in range(chance.choice((1, 1, 2, 4)))}
    if kind == 1:
        return [{"name": key, "value": answer} for key, answer in given.items()]
    if kind == 2:
        return [{"name": value(chance), "type": value(chance), "value": value(chance)}]
    return given


def edits(chance, keys, serials, places):
    """Return what may be sent as the edits of serial numbers of a part."""
    if chance.random() < 0.2:
        return value(chance)
    made = {}
    for _edit in range(chance.choice((1, 1, 2))):
        values = {}
        if chance.random() < 0.7:
            values["serial_answers"] = answers(chance, keys)
        if chance.random() < 0.4:
            values["location_id"] = chance.choice((*places, value(chance)))
        if chance.random() < 0.1:
            values[chance.choice(("name", "company_id", "\x00"))] = value(chance)
        made[str(chance.choice((*serials, 0, -1, 2**70, "x", "\x00")))] = values
    return made


def _key(chance, keys):
    return chance.choice(keys) if chance.random() < 0.9 else chance.choice(WORDS)


def _answer(chance):
    return value(chance) if chance.random() < 0.5 else chance.choice(CELLS)


# -------------------------------------------------------------------------------- spreadsheets

_NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml."
PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
)


def _sheet(rows):
    return b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (_NS, rows)


SHEET = _sheet(
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>Serial</t></is></c></row>'
    b'<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
)


def workbook(sheet, strings=b"<si><t>SN1</t></si>", leave="", pad=None):
    """Return an XLSX file with one sheet.

    :param str leave: a part to leave out
    :param pad: ``(part, bytes)``: how much of nothing to put behind a part
    """
    contents = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Override PartName="/xl/workbook.xml" ContentType="%bsheet.main+xml"/>'
        b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="%bworksheet+xml"/>'
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="%bsharedStrings+xml"/></Types>'
        % (_TYPE, _TYPE, _TYPE),
        _relations((b"officeDocument", b"xl/workbook.xml")),
        b'<workbook %b xmlns:r="%b"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
        % (_NS, _REL),
        _relations(
            (b"worksheet", b"worksheets/sheet1.xml"), (b"sharedStrings", b"sharedStrings.xml")
        ),
        sheet,
        b"<sst %b>%b</sst>" % (_NS, strings),
    )
    file_ = io.BytesIO()
    with zipfile.ZipFile(file_, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in zip(PARTS, contents):
            if name == leave:
                continue
            with archive.open(name, "w") as part:
                part.write(content)
                for _block in range(pad[1] // MEGABYTE if pad and pad[0] == name else 0):
                    part.write(b" " * MEGABYTE)
    return file_.getvalue()


def _relations(*targets):
    rows = b"".join(
        b'<Relationship Id="rId%d" Type="%b/%b" Target="%b"/>' % (number, _REL, kind, target)
        for number, (kind, target) in enumerate(targets, 1)
    )
    return (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"%b</Relationships>" % rows
    )


def _broken_sheet(chance):
    return chance.choice(
        (
            b"",
            b"<worksheet",
            b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + SHEET,
            _sheet(b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
            _sheet(b'<row r="1"><c r="A1" t="s"><v>x</v></c></row>'),
            _sheet(b'<row r="1"><c r="A1" t="n"><v>x</v></c></row>'),
            _sheet(b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'),
            _sheet(b'<row r="1"><c r="A1" t="d"><v>nonsense</v></c></row>'),
            _sheet(b'<row r="1"><c r="A1" t="b"><v>7</v></c></row>'),
            _sheet(b'<row r="-5"><c r="A1"><v>1</v></c></row>'),
            _sheet(b'<row r="99999999999"><c r="ZZZZZZ1"><v>1</v></c></row>'),
            _sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
            _sheet(b'<row r="x"><c r="?"><v>1e999</v></c></row>'),
            b"<a>" * 5000,
        )
    )


def _lie(content):
    """Let the directory of a zip file say that its parts are small."""
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)


def _encode(content):
    return base64.b64encode(content).decode()

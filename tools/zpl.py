"""Labels in ZPL, the language of label printers, as Zebra's ZPL II Programming Guide describes it:
^A0 the font, ^TB a block of text, ^BQ, ^BX and ^BC the codes, ^FH signs as hexadecimal digits."""

from typing import NamedTuple

from .label_codes import CODE_128, QUIET, LabelCode, count_bars, draw_modules
from .label_layout import LINE, lay_out, plan_text

#: What begins a command, and what ^FH itself reads.
_COMMANDS = "^~\\"


class Label(NamedTuple):
    """What is printed on a label: texts, and a :class:`LabelCode`."""

    part: str
    serial: str
    lines: tuple[str, ...]
    code: LabelCode


def write_label(label, width, height, lines, dots):
    """Return the ZPL of one label.

    :param Label label: what is on it
    :param width, height: its size in millimetres
    :param lines: how many lines the longest of the labels has
    :param dots: how many dots the printer has in a millimetre
    """
    layout = lay_out(width, height, label.code.kind, lines)
    plan = plan_text(layout, label.part, label.serial)
    left, top = layout.padding, layout.padding
    blocks = [
        (label.part, layout.font, plan.part_lines),
        (label.serial, plan.serial_font, plan.serial_lines),
        *((line, layout.font, 1) for line in label.lines[: plan.lines]),
    ]
    fields = [f"^XA^CI28^PW{round(width * dots)}^LL{round(height * dots)}^LH0,0"]
    for text, font, rows in blocks:
        high = font * LINE * rows
        fields.append(
            f"^FO{round(left * dots)},{round(top * dots)}^A0N,{round(font * dots)}"
            f"^TBN,{round(layout.text_width * dots)},{round(high * dots)}"
            f"^FH\\^FD{_escape_text(text)}^FS"
        )
        top += high
    fields.append(_write_code(label.code, layout, height, dots))
    return "\n".join([*fields, "^XZ\n"])


def _write_code(code, layout, height, dots):
    """Return the command of a code. Ten dots are the widest module that every printer takes."""
    quiet = QUIET[code.kind]
    bars = code.kind == CODE_128
    across = count_bars(code) if bars else len(draw_modules(code)) + 2 * quiet
    module = min(10, max(1, int(layout.code_width * dots / across)))
    left, top = layout.padding * dots, layout.padding * dots
    if bars:
        top = (height - layout.padding - layout.code_height) * dots
    else:
        left += (layout.text_width + layout.padding) * dots
        top += quiet * module
    origin = f"^FO{round(left) + quiet * module},{round(top)}"
    match code.kind:
        case "qr":
            # MA: error correction M, automatic mode.
            command = f"^BQN,2,{module}^FH\\^FDMA,{_escape(code.text)}"
        case "datamatrix":
            fnc1 = "_1" * code.is_gs1
            text = _escape(code.text.replace("_", "__"))
            command = f"^BXN,{module},200,,,,_^FH\\^FD{fnc1}{text}"
        case _bars:
            high = round(layout.code_height * dots)
            command = f"^BY{module}^BCN,{high},N,N,N,N^FD{_escape_bars(code)}"
    return f"{origin}{command}^FS"


def _escape(text):
    """Return *text* with the signs of commands as hexadecimal digits."""
    return "".join(f"\\{ord(sign):02X}" if sign in _COMMANDS else sign for sign in text)


def _escape_text(text):
    """Return *text* for a block, which reads what stands between < and > as an escape."""
    return _escape(" ".join(text.split()).replace("<", "<<>"))


def _escape_bars(code):
    """Return what ^BC prints: it reads > and a sign behind it as one of its own. A GS1 code begins
    in set C (>;), with FNC1 (>8), and goes on in set B (>6) behind its 18 digits."""
    text = code.text.translate({ord(">"): ">0", ord("^"): "><", ord("~"): ">="})
    return f">;>8{text[:18]}>6{text[18:]}" if code.is_gs1 else text

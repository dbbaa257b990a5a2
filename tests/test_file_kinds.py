import zipfile
from io import BytesIO

from odoo.tests import tagged

from ..tools.files.limits import UnreadableFile
from ..tools.serial_file import list_sheets, read_file
from .file_case import FileCase
from .old_files import compound, record, xls


def _archive(*names):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestFileKinds(FileCase):
    """Texts of every encoding are read; what is no list is refused by what it is."""

    def test_a_text_of_every_encoding(self):
        text = "Serial\tÄ\nSN1\t😀"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
            with self.subTest(encoding):
                self.assertEqual(read_file(text.encode(encoding)), text)
        self.assertEqual(read_file(b"\xfe\xff" + text.encode("utf-16-be")), text)

    def test_a_text_of_every_code_page(self):
        for language, code_page, text in (
            ("en_US", "cp1252", "SNÄ“…"),
            ("de_DE", "cp1252", "SNÄ"),
            ("pl_PL", "cp1250", "SNŁ"),
            ("ru_RU", "cp1251", "SNЖ"),
            ("sr@Cyrl", "cp1251", "SNЖ"),
            ("sr@latin", "cp1250", "SNđ"),
            ("el_GR", "cp1253", "SNΔ"),
            ("tr_TR", "cp1254", "SNğ"),
            ("zh_CN", "gbk", "型号1"),
            ("zh_TW", "cp950", "型號1"),
            ("ja_JP", "cp932", "番号1"),
        ):
            with self.subTest(language):
                self.assertEqual(read_file(text.encode(code_page), language=language), text)
        # A byte that the own code page doesn't have.
        self.assertEqual(read_file(b"\xd2", language="el_GR"), "Ò")
        with self.assertRaisesRegex(UnreadableFile, "encoding"):
            read_file(b"SN\x81")

    def test_every_line_end(self):
        for end in ("\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"):
            self.assertEqual(read_file(f"SN1{end}SN2{end}".encode()), "SN1\nSN2\n", ascii(end))

    def test_a_text_may_look_like_something_else(self):
        for text in (
            "BM123",
            "II*1",
            "<b>",
            "[)>\x1e06\x1d1PABC\x1dSXYZ\x1e\x04",
            "{1}",
            "[1]",
            "",
        ):
            self.assertEqual(read_file(text.encode()), text)
            self.assertEqual(list_sheets(text.encode()), [])

    def test_what_is_no_list_is_refused_by_what_it_is(self):
        for content, kind in {
            b"%PDF-1.7": "pdf",
            b"\x89PNG\r\n\x1a\n": "picture",
            b"\xff\xd8\xff\xe0": "picture",
            b"GIF89a": "picture",
            b"BM\x36\x10\0\0\0\0\0\0": "picture",
            b"RIFF\1\2\3\4WEBP": "picture",
            b"\0\0\0\x18ftypheic": "picture",
            b"\x1f\x8b\x08": "archive",
            b"7z\xbc\xaf\x27\x1c": "archive",
            b"<html><table>": "html",
            b"\xef\xbb\xbf \r\n<!-- x --><!DOCTYPE HTML>": "html",
            "<table>".encode("utf-16"): "html",
            b'<?xml version="1.0"?><html>': "html",
            b"MIME-Version: 1.0": "html",
            b'<?xml version="1.0"?><Workbook>': "xml",
            b"<svg>": "xml",
            rb"{\rtf1": "document",
            b'{"serial": 1}': "json",
            b'[{"serial": 1}]': "json",
            b"SN1\0": "kind",
            b"\0\x81": "kind",
            b"\x01\x02" * 20: "kind",
            _archive("a.csv"): "archive",
            _archive("word/document.xml", "_rels/.rels"): "document",
            _archive("ppt/presentation.xml", "_rels/.rels"): "document",
            _archive("xl/workbook.bin", "_rels/.rels"): "xlsb",
            _archive("Index/Document.iwa"): "numbers",
            _archive("a.csv").replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"): "password",
            compound(EncryptedPackage=b"x" * 5000): "password",
            compound(WordDocument=b"x"): "document",
            compound(Other=b"x"): "kind",
            xls(book=(record(0x2F, 0),)): "password",
        }.items():
            with self.subTest(content[:40]):
                for read in (read_file, list_sheets) if content[:1] in b"%P\xd0" else (read_file,):
                    with self.assertRaisesRegex(UnreadableFile, f"^{kind}$"):
                        read(content)

    def test_a_document_inside_another_is_not_that(self):
        # A workbook's stream, in the folder of a document.
        content = compound(WordDocument=b"x", Workbook=b"x")
        entry = content.index("Workbook".encode("utf-16-le"))
        before = content.index("WordDocument".encode("utf-16-le"))
        unlinked = bytearray(content)
        unlinked[before + 72 : before + 76] = b"\xff" * 4
        self.assertGreater(entry, before)
        with self.assertRaisesRegex(UnreadableFile, "document"):
            read_file(bytes(unlinked))

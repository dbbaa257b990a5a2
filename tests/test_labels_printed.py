import resource
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import SkipTest
from unittest.mock import patch

from lxml import html
from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tests.common import _find_executable
from odoo.tools import file_path

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from .test_labels import LabelCase

#: Points of PDF in a millimetre.
POINTS = 72 / 25.4


def _allow_memory():
    """Chromium reserves more memory than Odoo allows its processes."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@tagged("post_install", "-at_install")
class TestLabelsPrinted(LabelCase):
    """What is printed, against the files in tests/golden."""

    def setUp(self):
        super().setUp()
        self.part.write({"name": "Alternator ^ 12 V <new> & Co", "barcode": "9506000134352"})
        self.second.name = "S_2/~" + "X" * 60

    def _golden(self, name):
        return Path(file_path(f"serialized_parts/tests/golden/{name}")).read_text()

    def test_zpl(self):
        for code in ("qr", "datamatrix", "code128"):
            layout = self._layout(print_format="serial_zpl", label_size_id=self.roll, code=code)
            # The address of a part without a GTIN has its ID.
            text = self._print(layout).replace(f"/serial/{self.part.id}/", "/serial/PART/")
            text = text.strip() + "\n"
            self.assertEqual(text, self._golden(f"labels_{code}.zpl"))

    def test_pages(self):
        for size, width, height, pages in (
            (self.roll, 57, 32, 2),
            (self.sheet, 210, 297, 1),
            (self.env.ref("serialized_parts.serial_label_size_letter_3x10"), 215.9, 279.4, 1),
        ):
            texts, sizes = self._print_pages(self._layout(label_size_id=size))
            self.assertEqual(len(texts), pages)
            found = "".join("".join(texts).split())
            for line in self._golden("labels.txt").splitlines():
                self.assertIn("".join(line.split()), found)
            for found_size in sizes:
                self.assertAlmostEqual(found_size[0], width, delta=0.4)
                self.assertAlmostEqual(found_size[1], height, delta=0.4)

    def _print_pages(self, layout):
        """Return ``(texts of the pages, their sizes in millimetres)``: of a PDF that Chromium makes;
        without it, of the page."""
        page = self._print(layout)
        try:
            browser = _find_executable()
        except SkipTest:
            texts = [
                found.text_content() for found in html.fromstring(page).find_class("o_label_page")
            ]
            return texts, []
        with TemporaryDirectory() as folder:
            source, target = Path(folder, "labels.html"), Path(folder, "labels.pdf")
            source.write_text(page)
            subprocess.run(
                [
                    *(browser, "--headless", "--no-sandbox", "--disable-gpu"),
                    *(f"--user-data-dir={folder}/user", "--no-pdf-header-footer"),
                    *(f"--print-to-pdf={target}", source.as_uri()),
                ],
                check=True,
                capture_output=True,
                timeout=60,
                preexec_fn=_allow_memory,
            )
            pages = PdfReader(BytesIO(target.read_bytes())).pages
            sizes = [(page.mediabox.width, page.mediabox.height) for page in pages]
            return (
                [page.extract_text() for page in pages],
                [(float(width) / POINTS, float(height) / POINTS) for width, height in sizes],
            )

    def test_the_paper_of_odoos_pdf(self):
        """wkhtmltopdf gets the pages at true size, on the paper of the size that was chosen."""
        layout = self._layout(label_size_id=self.roll)
        given = {}

        def run(report, bodies, report_ref=False, **_options):
            paper = report._get_report(report_ref).get_paperformat()
            given.update(bodies=bodies, paper=(paper.page_width, paper.page_height))
            return b"%PDF"

        with (
            patch.object(IrActionsReport, "_run_wkhtmltopdf", run),
            patch.object(IrActionsReport, "get_wkhtmltopdf_state", lambda _report: "ok"),
        ):
            action = layout.process()
            report = self.env["ir.actions.report"].with_user(self.clerk)
            report._render_qweb_pdf_prepare_streams(action["report_name"], action["data"])
        self.assertEqual(given["paper"], (57, 32))
        [body] = given["bodies"]
        self.assertIn("width: 57.000mm", str(body))
        self.assertNotIn("<button", str(body))

import base64
from io import BytesIO
from unittest.mock import patch

from PIL import Image

from odoo import Command
from odoo.tests import HttpCase

from ..controllers import unit_page
from ..tools.rate_limit import RateLimit
from .common import SerialCase

GTIN = "09501101530003"


def make_image(colour="red", size=(1200, 900)):
    """Return a picture in base64."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return base64.b64encode(file.getvalue())


class PageCase(HttpCase, SerialCase):
    """A company and a part type with public pages, and one unit, :attr:`unit`, whose part has a
    GTIN. Visitors ask for its page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.template.write({"barcode": GTIN[1:], "default_code": "SECRET-REF"})
        cls.env.company.serial_pages = True
        cls.engines.serial_pages = True
        cls.mileage = cls._new_question("Mileage", "integer", is_public=True)
        cls.owner = cls._new_question("Owner", is_public=False)
        cls.unit = cls._new_unit("A/1", {cls.mileage.key: 98000, cls.owner.key: "Mrs Secret"})

    def setUp(self):
        super().setUp()
        for name in ("PAGES", "PICTURES"):
            limit = patch.object(unit_page, name, RateLimit(10_000, 60))
            limit.start()
            self.addCleanup(limit.stop)

    @classmethod
    def _new_unit(cls, name, answers=None, product=None, **values):
        values = {"name": name, "product_id": (product or cls.part).id, **values}
        return cls.env["stock.lot"].create({**values, "serial_answers": answers or {}})

    @classmethod
    def _new_photo(cls, unit=None, **values):
        values = {"lot_id": (unit or cls.unit).id, "image_1920": make_image(), **values}
        return cls.env["serial.photo"].create({"is_public": True, **values})

    def _path(self, unit=None):
        return (unit or self.unit)._get_serial_path()

    def _get(self, path=None, language="en-US", accept="text/html", **headers):
        """Return the response to a visitor's request, by default for the page of the unit."""
        self.env.flush_all()
        headers = {"Accept": accept, "Accept-Language": language, **headers}
        return self.url_open(path or self._path(), headers=headers, allow_redirects=False)

    def _get_data(self, path=None, **headers):
        return self._get(path, accept="application/ld+json", **headers).json()

    def _count_queries(self, path):
        """Return how many queries a visitor's request takes."""
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._get(path)
        return self.cr.sql_log_count - before

    @classmethod
    def _new_company(cls, name, **values):
        """Return a company with a unit of the same name as ours, of a part with the same GTIN."""
        company = cls.env["res.company"].create({"name": name, **values})
        part = cls._new_part(
            "Their Engine",
            uses_serial_numbers=True,
            company_id=company.id,
            barcode=GTIN[1:],
            categ_id=cls.engines.id,
        )
        return company, cls._new_unit("A/1", product=part)

    @classmethod
    def _new_visitor(cls, login, *groups, company=None):
        company = company or cls.env.company
        user = cls._new_user(login, *groups)
        user.write({"company_id": company.id, "company_ids": [Command.set(company.ids)]})
        return user

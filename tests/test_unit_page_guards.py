from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import unit_page
from ..tools.rate_limit import RateLimit
from .page_case import GTIN, PageCase


@tagged("post_install", "-at_install")
class TestUnitPageGuards(PageCase):
    """What visitors don't see, and what they can't do."""

    def _assert_public(self, is_public, unit=None):
        unit = unit or self.unit
        self.assertEqual(self._get(self._path(unit)).status_code, 200 if is_public else 404)
        unit.invalidate_recordset(["has_public_page"])
        self.assertEqual(unit.with_user(self.clerk).has_public_page, is_public)

    # ------------------------------------------------------------------------- who has a page

    def test_company_and_part_type_have_to_have_pages(self):
        self._assert_public(True)
        self.env.company.serial_pages = False
        self._assert_public(False)
        self.env.company.serial_pages = True
        self.engines.serial_pages = False
        self._assert_public(False)

    def test_nothing_is_public_by_default(self):
        company = self.env["res.company"].create({"name": "New Yard"})
        category = self.env["product.category"].create({"name": "New"})
        self.assertFalse(company.serial_pages or category.serial_pages)
        self.assertFalse(self._new_question("Colour").is_public)

    def test_part_types_below_have_pages_too(self):
        above = self.env["product.category"].create({"name": "Parts", "serial_pages": True})
        self.engines.serial_pages = False
        self._assert_public(False)
        self.engines.parent_id = above
        self._assert_public(True)

    def test_lots_have_no_page(self):
        oil = self._new_part("Oil", tracking="lot", categ_id=self.engines.id)
        self._assert_public(False, self._new_unit("LOT1", product=oil))

    def test_archived_units_have_no_page(self):
        self.unit.active = False
        self._assert_public(False)

    def test_units_of_an_archived_part_keep_theirs(self):
        self.template.active = False
        self._assert_public(True)

    def test_the_unit_is_its_companys(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        # It belongs to no company: all of them would have to have pages.
        self._assert_public(False)
        self.unit.sudo().unit_company_id = self.env.company
        self._assert_public(True)
        self.unit.sudo().unit_company_id = other
        self._assert_public(False)
        self.unit.company_id = self.env.company
        self._assert_public(True)
        self.unit.company_id = False
        other.serial_pages = True
        self._assert_public(True)

    def test_the_unit_is_the_companys_that_received_it(self):
        self.env["res.company"].create({"name": "Other Yard"})
        self._receive_named("SN1")
        self._assert_public(True, self._serial("SN1"))

    def test_two_companies_with_the_same_gtin_and_serial_number(self):
        self.template.company_id = self.env.company
        self.unit.company_id = self.env.company
        other, theirs = self._new_company("Other Yard")
        self.assertEqual(self._path(theirs), self._path())
        self.assertIn("Alternator", self._get().text)
        other.serial_pages = True
        # Never a guess whose it is.
        self.assertEqual(self._get().status_code, 404)
        self.env.company.serial_pages = False
        self.assertIn("Their Engine", self._get().text)
        self.authenticate(self.clerk.login, self.clerk.login)
        self.assertIn(f"/{self.unit.id}", self._get().headers["Location"])

    def test_another_companys_user_is_not_led_to_the_form(self):
        self.template.company_id = self.env.company
        other = self.env["res.company"].create({"name": "Other Yard"})
        user = self._new_visitor("their_clerk", "stock.group_stock_user", company=other)
        self.authenticate(user.login, user.login)
        self.assertEqual(self._get().status_code, 200)

    # ----------------------------------------------------------------------------- guessing

    def test_unknown_private_and_archived_units_get_the_same_answer(self):
        hidden = self._new_part("Hidden", True, barcode="96385074")
        archived = self._new_unit("GONE")
        archived.active = False
        self.template.company_id = self.unit.company_id = self.env.company
        _other, theirs = self._new_company("Other Yard")
        theirs.name = "THEIRS"
        self._new_photo(archived)
        paths = {
            "unknown": f"/01/{GTIN}/21/NOBODY",
            "unknown part": "/serial/2147483647/A1",
            "private": self._path(self._new_unit("PRIVATE", product=hidden)),
            "archived": self._path(archived),
            "another company's": self._path(theirs),
            "of another part": f"/serial/{hidden.id}/A%2F1",
        }
        answers = {}
        for name, path in paths.items():
            self._get(path)
            response = self._get(path)
            headers = {**response.headers}
            headers.pop("Date")
            answers[name] = (
                *(response.status_code, response.content, headers),
                self._count_queries(path),
            )
        self.assertEqual(answers["unknown"][0], 404)
        for name, answer in answers.items():
            self.assertEqual(answer, answers["unknown"], name)

    def test_pictures_are_not_found_by_counting(self):
        photo = self._new_photo()
        paths = self.unit._list_picture_paths("photo", photo.id)
        path, token = paths[256], paths[256].rsplit("/", 1)[1]
        self.assertEqual(self._get(path).status_code, 200)
        other = self._new_photo()
        for wrong in (
            f"/serial/picture/photo/{other.id}/256/{token}",
            f"/serial/picture/part/{photo.id}/256/{token}",
            f"/serial/picture/photo/{photo.id}/1920/{token}",
            f"/serial/picture/photo/{photo.id}/256/ä",
            f"/serial/picture/photo/{photo.id}/256/",
            f"/serial/picture/photo/-1/256/{token}",
            f"/serial/picture/photo/{10**30}/256/{token}",
            f"/serial/picture/user/{photo.id}/256/{token}",
        ):
            with self.subTest(wrong):
                self.assertEqual(self._get(wrong).status_code, 404)

    def test_pictures_are_shown_as_long_as_the_page_shows_them(self):
        photo = self._new_photo()
        self.template.image_1920 = photo.image_1920
        paths = {
            "photo": self.unit._list_picture_paths("photo", photo.id)[256],
            "part": self.unit._list_picture_paths("part", self.unit.id)[256],
        }
        for switch in (self.env.company, self.engines):
            for kind, path in paths.items():
                self.assertEqual(self._get(path).status_code, 200, kind)
                switch.serial_pages = False
                self.assertEqual(self._get(path).status_code, 404, kind)
                switch.serial_pages = True
        photo.is_public = False
        self.assertEqual(self._get(paths["photo"]).status_code, 404)
        self.assertEqual(self._get(paths["part"]).status_code, 200)

    # --------------------------------------------------------------------- what is sent to it

    def test_texts_are_shown_as_texts(self):
        attack = "</script><script>alert(1)</script>\"'><img src=x>"
        self.template.name = attack
        remark = self._new_question(attack, is_public=True)
        self.unit.serial_answers = {remark.key: attack}
        self.unit.name = attack
        page = html.fromstring(self._get().content)
        self.assertEqual(page.findtext(".//h1/bdi"), attack)
        self.assertFalse(page.findall(".//script") + page.findall(".//img"))
        answer = self._get_data()["additionalProperty"][-1]
        self.assertEqual((answer["name"], answer["value"]), (attack, attack))

    def test_links_do_not_follow_the_host_of_the_request(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://yard.example")
        self._new_photo()
        for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
            for accept in ("text/html", "application/ld+json"):
                response = self._get(accept=accept, **headers)
                self.assertNotIn("evil.example", response.text)
                self.assertIn(f"https://yard.example{self._path()}", response.text)
        self.authenticate(self.clerk.login, self.clerk.login)
        response = self._get(**{"X-Forwarded-Host": "evil.example"})
        self.assertTrue(response.headers["Location"].startswith("/odoo/"))

    def test_garbage_is_not_found(self):
        for path in (
            f"/serial/{self.part.id}/%00",
            f"/serial/{self.part.id}/%FF%FE",
            f"/serial/{self.part.id}/%ED%A0%80",
            f"/serial/{self.part.id}/%",
            f"/serial/{self.part.id}/" + "A" * 10_000,
            f"/serial/{self.part.id}/" + "/" * 5_000,
            f"/serial/{self.part.id}/A%0AB",
            f"/01/{GTIN}/21/" + "/10/x" * 2_000,
            f"/01/{GTIN}/21/%00",
            "/01/" + "9" * 10_000 + "/21/A",
            "/01/%00/21/A",
            "/01/x",
            "/serial/../A",
        ):
            with self.subTest(path[:60]):
                self.assertEqual(self._get(path).status_code, 404)

    def test_methods(self):
        self.assertEqual(self.url_open(self._path(), method="HEAD").status_code, 200)
        self.assertFalse(self.url_open(self._path(), method="HEAD").content)
        for method in ("POST", "PUT", "DELETE"):
            with self.subTest(method), mute_logger("odoo.http"):
                self.assertEqual(self.url_open(self._path(), method=method).status_code, 405)

    def test_too_many_requests(self):
        photo = self._new_photo()
        picture = self.unit._list_picture_paths("photo", photo.id)[256]
        with (
            patch.object(unit_page, "PAGES", RateLimit(2, 60)),
            patch.object(unit_page, "PICTURES", RateLimit(1, 60)),
        ):
            answers = [self._get() for _number in range(3)]
            self.assertEqual([answer.status_code for answer in answers], [200, 200, 429])
            self.assertIn(answers[2].headers["Retry-After"], ("29", "30"))
            self.assertEqual(self._get(f"/01/{GTIN}/21/NOBODY").status_code, 429)
            self.assertEqual([self._get(picture).status_code for _number in "12"], [200, 429])
            self.authenticate(self.clerk.login, self.clerk.login)
            self.assertEqual(self._get(f"{self._path()}?visitor=1").status_code, 200)

    # -------------------------------------------------------------------------------- rights

    def test_who_opens_the_page_from_the_form(self):
        action = self.unit.with_user(self.clerk).action_open_public_page()
        self.assertEqual(action["url"], f"{self.unit.serial_url}?visitor=1")
        with self.assertRaises(AccessError):
            self.unit.with_user(self.employee).action_open_public_page()

    def test_only_inventory_managers_switch_pages_on(self):
        """Those who may edit product categories, and a company's settings, in Odoo."""
        category = self.env["product.category"].create({"name": "New"})
        keeper = self._new_user("keeper", "product.group_product_manager")
        manager = self._new_user("manager", "product.group_product_manager")
        manager.group_ids += self.env.ref("stock.group_stock_manager")
        for user in (self.clerk, self.buyer, self.employee, keeper):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                category.with_user(user).serial_pages = True
        category.with_user(manager).serial_pages = True
        for user in (self.clerk, self.employee, keeper, manager):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env.company.with_user(user).serial_pages = False
        admin = self._new_user("settings", "base.group_system")
        admin.group_ids += self.env.ref("stock.group_stock_manager")
        settings = self.env["res.config.settings"].with_user(admin).create({"serial_pages": False})
        settings.execute()
        self.assertFalse(self.env.company.serial_pages)

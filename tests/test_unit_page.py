from unittest.mock import patch

from lxml import html

from odoo.tests import tagged

from .page_case import GTIN, PageCase, make_image


@tagged("post_install", "-at_install")
class TestUnitPage(PageCase):
    """What visitors see of a unit, in a browser and by program."""

    def _texts(self, response):
        """Return ``{label: text}`` of the answers on a page."""
        page = html.fromstring(response.content)
        return {
            row.findtext("dt/bdi"): row.findtext("dd/bdi") for row in page.iterfind(".//dl/div")
        }

    def test_the_page_shows_the_part_the_serial_number_and_public_answers(self):
        response = self._get()
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.content)
        self.assertEqual(page.findtext(".//title"), "A/1 – Alternator")
        self.assertEqual(page.findtext(".//h1/bdi"), "Alternator")
        self.assertEqual(page.findtext(".//p/bdi"), "A/1")
        self.assertEqual((page.get("lang"), page.get("dir")), ("en-US", "ltr"))
        self.assertIn("A/1", page.find(".//meta[@name='description']").get("content"))
        self.assertEqual(self._texts(response), {"Mileage": "98000"})
        self.assertNotIn("Secret", response.text)
        self.assertNotIn("SECRET", response.text)
        self.assertNotIn("Engines", response.text)
        self.assertNotIn(self.env.cr.dbname, response.text)
        self.assertLess(len(response.content), 10_000)

    def test_its_addresses(self):
        unit = self._path()
        self.assertEqual(unit, f"/01/{GTIN}/21/A%2F1")
        for path in (
            f"/01/{GTIN[1:]}/21/A%2F1",
            f"/01/{GTIN}/22/2A/21/A%2F1?17=271231&linkType=gs1:pip",
            f"/01/{GTIN}/21/A%2F1/10/LOT",
            f"/serial/{self.part.id}/A%2F1",
            f"/serial/{self.part.id}/A/1",
        ):
            with self.subTest(path):
                self.assertEqual(self._get(path).text, self._get().text)

    def test_serial_numbers_of_all_signs(self):
        for name in ("ÄÖ 1", "序列1", "50%25", "a?b#c&d", "/x/", "x//y", "A/10/B", "<b>'\""):
            with self.subTest(name):
                response = self._get(self._path(self._new_unit(name)))
                self.assertEqual(response.status_code, 200)
                self.assertEqual(html.fromstring(response.content).findtext(".//p/bdi"), name)

    def test_answers_of_all_types_as_people_read_them(self):
        colour = self._new_question("Colour", "selection", ["Red"], is_public=True)
        extras = self._new_question("Extras", "tags", ["Hose", "Belt"], is_public=True)
        keys = {}
        for kind in ("float", "boolean", "date", "datetime", "text", "char"):
            keys[kind] = self._new_question(kind, kind, is_public=True).key
        self.unit.serial_answers = {
            colour.key: colour.option_ids.key,
            extras.key: extras.option_ids.mapped("key"),
            keys["float"]: 1.5,
            keys["boolean"]: False,
            keys["date"]: "2027-12-31",
            keys["datetime"]: "2026-01-31 14:30:00",
            keys["text"]: "two\nlines",
        }
        # Nobody outside needs to know that a choice isn't used any more.
        colour.option_ids.active = False
        self.assertEqual(
            self._texts(self._get()),
            {
                "Mileage": "98000",
                "Colour": "Red",
                "Extras": "Hose, Belt",
                "float": "1.5",
                "boolean": "No",
                "date": "12/31/2027",
                "datetime": "01/31/2026 02:30:00 PM UTC",
                "text": "two\nlines",
            },
        )

    def test_answers_that_do_not_count(self):
        """Those to archived custom fields, to those of other part types, and invalid ones."""
        other = self.env["product.category"].create({"name": "Doors"})
        archived, elsewhere, changed = (
            self._new_question(name, is_public=True) for name in ("Archived", "Door", "Changed")
        )
        given = dict.fromkeys((archived.key, elsewhere.key, changed.key), "hidden")
        self.unit.serial_answers = given
        archived.active = False
        elsewhere.category_ids = other
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE serial_question SET question_type = 'integer' WHERE id = %s", [changed.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self._texts(self._get()), {"Mileage": "98000"})

    def test_the_language_of_the_visitor(self):
        for code in ("de_DE", "ar_001"):
            self.env["res.lang"]._activate_lang(code)
        self.mileage.with_context(lang="de_DE").name = "Laufleistung"
        self.template.with_context(lang="de_DE").name = "Lichtmaschine"
        weight = self._new_question("Weight", "float", is_public=True)
        self.unit.serial_answers = {weight.key: 1.5}
        german = {"Laufleistung": "98000", "Weight": "1,5"}
        english = {"Mileage": "98000", "Weight": "1.5"}
        for language, expected in (
            ("de-DE,en;q=0.5", ("de-DE", "ltr", german)),
            ("de", ("de-DE", "ltr", german)),
            ("xx, de-CH;q=0.8, en;q=0.7", ("de-DE", "ltr", german)),
            ("de;q=0.2, en-GB;q=0.9", ("en-US", "ltr", english)),
            ("ar-EG", ("ar-001", "rtl", english)),
            ("xx-YY", ("en-US", "ltr", english)),
            ("*", ("en-US", "ltr", english)),
            ("", ("en-US", "ltr", english)),
        ):
            with self.subTest(language):
                response = self._get(language=language)
                self.assertTrue(response.text.startswith("<!DOCTYPE html>"))
                page = html.fromstring(response.content)
                found = page.get("lang"), page.get("dir"), self._texts(response)
                self.assertEqual(found, expected)

    def test_photos(self):
        self._new_photo(sequence=2)
        first = self._new_photo(sequence=1)
        self._new_photo(is_public=False)
        self.template.image_1920 = make_image("blue", (300, 300))
        page = html.fromstring(self._get().content)
        paths = [image.get("src") for image in page.iterfind(".//img")]
        self.assertEqual(len(paths), 3)
        self.assertIn(f"/part/{self.unit.id}/256/", paths[0])
        self.assertIn(f"/photo/{first.id}/512/", paths[1])
        for path, width in zip(paths, (256, 512, 256), strict=True):
            picture = self._get(path)
            self.assertEqual(picture.status_code, 200)
            self.assertEqual(picture.headers["Content-Type"], "image/jpeg")
            self.assertEqual(picture.headers["Cache-Control"], "public, max-age=300")
            self.assertNotIn("Set-Cookie", picture.headers)
            self.assertNotIn("Content-Disposition", picture.headers)
            unchanged = self._get(path, **{"If-None-Match": picture.headers["ETag"]})
            self.assertEqual(unchanged.status_code, 304, width)

    def test_programs_get_linked_data(self):
        photo = self._new_photo()
        for accept, mimetype in (
            ("application/ld+json", "application/ld+json"),
            ("text/html;q=0.3, application/ld+json;q=0.9", "application/ld+json"),
            ("application/json", "application/json"),
            ("text/html, application/ld+json;q=0.9", "text/html"),
            ("*/*", "text/html"),
            ("image/png", "text/html"),
        ):
            with self.subTest(accept):
                response = self._get(accept=accept)
                self.assertEqual(response.headers["Content-Type"], f"{mimetype}; charset=utf-8")
        host = self.unit.get_base_url()
        paths = self.unit._list_picture_paths("photo", photo.id)
        self.assertEqual(
            self._get_data(),
            {
                "@context": "https://schema.org",
                "@type": "IndividualProduct",
                "@id": self.unit.serial_url,
                "url": self.unit.serial_url,
                "name": "Alternator",
                "serialNumber": "A/1",
                "gtin14": GTIN,
                "image": [host + paths[1024]],
                "additionalProperty": [
                    {"@type": "PropertyValue", "name": "Mileage", "value": 98000}
                ],
            },
        )

    def test_headers(self):
        response = self._get()
        self.assertEqual(response.headers["Cache-Control"], "public, max-age=300")
        self.assertEqual(response.headers["Vary"], "Accept, Accept-Language, Cookie")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        # Proxies would hand it to the next visitor.
        self.assertNotIn("Set-Cookie", response.headers)

    def test_a_user_is_led_to_the_form(self):
        self.engines.serial_pages = False
        self.authenticate(self.clerk.login, self.clerk.login)
        form = f"/odoo/action-stock.action_production_lot_form/{self.unit.id}"
        for archived in (False, True):
            self.unit.active = not archived
            response = self._get()
            self.assertEqual((response.status_code, response.headers["Location"]), (303, form))
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")
        # This is what Open on the form does.
        self.assertEqual(self._get(f"{self._path()}?visitor=1").status_code, 404)
        self.unit.active = self.engines.serial_pages = True
        self.assertEqual(self._get(f"{self._path()}?visitor=1").status_code, 200)

    def test_others_who_are_logged_in_see_the_public_page(self):
        portal = self._new_user("portal", "base.group_portal")
        for user in (portal, self.employee):
            self.authenticate(user.login, user.login)
            response = self._get()
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")
            self.engines.serial_pages = False
            self.assertEqual(self._get().status_code, 404)
            self.engines.serial_pages = True
        # Even where somebody lets customers read serial numbers, there is no form for them.
        self.authenticate(portal.login, portal.login)
        with patch.object(self.registry["stock.lot"], "_find_own_unit", lambda *_: self.unit):
            self.assertEqual(self._get().status_code, 200)

    def test_as_many_queries_for_much_as_for_little(self):
        def fill(unit, count):
            questions = [
                self._new_question(f"{unit.name}{number}", "selection", ["Red"], is_public=True)
                for number in range(count)
            ]
            unit.serial_answers = {question.key: question.option_ids.key for question in questions}
            for _number in range(count):
                self._new_photo(unit)

        one, fifty = self._new_unit("ONE"), self._new_unit("FIFTY")
        fill(one, 1)
        self._count_queries(self._path(one))
        few = self._count_queries(self._path(one))
        fill(fifty, 50)
        self.assertEqual(self._count_queries(self._path(fifty)), few)

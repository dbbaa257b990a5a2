import base64
from collections import Counter

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.pictures import is_picture
from .photo_case import PhotoCase, make_picture

#: 1 x 1 pixel.
WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
RED, BLUE = (255, 0, 0), (0, 0, 255)


class TestPictures(BaseCase):
    def test_what_is_a_picture(self):
        for kind in ("PNG", "JPEG", "GIF", "BMP"):
            with self.subTest(kind):
                self.assertTrue(is_picture(base64.b64decode(make_picture(kind=kind))))
        self.assertTrue(is_picture(base64.b64decode(WEBP)))

    def test_what_is_none(self):
        png = base64.b64decode(make_picture())
        for content in (
            b"",
            b"Serial\nSN1",
            b"<html><script>alert(1)</script></html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"RIFF\xff\0\0\0WEBPVP8 <script>",
            base64.b64decode(WEBP)[:-9],
            png[:20],
            b"II*\0 a TIFF",
        ):
            with self.subTest(content[:20]):
                self.assertFalse(is_picture(content))


@tagged("post_install", "-at_install")
class TestPhotos(PhotoCase):
    """The photos of a serial number."""

    def setUp(self):
        super().setUp()
        self.serial = self._new_serial("SN1").with_user(self.clerk)

    def _notes(self, serial):
        self.env.flush_all()
        notes = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "stock.lot"),
                    ("res_id", "=", serial.id),
                    ("body", "ilike", "photo"),
                ],
                order="id",
            )
        )
        return [(str(note.preview), note.author_id) for note in notes]

    def test_added_and_removed_ones_are_in_the_chatter(self):
        person = self.clerk.partner_id
        self.serial.photo_ids = [
            Command.create({"image_1920": make_picture(colour)}) for colour in ("red", "blue")
        ]
        self.assertEqual(self._notes(self.serial), [("2 photos added", person)])
        self.serial.photo_ids[0].unlink()
        self.serial.photo_ids.is_public = True
        self.assertEqual(
            self._notes(self.serial), [("2 photos added", person), ("1 photo removed", person)]
        )
        other = self._new_serial("SN2")
        self.serial.photo_ids.lot_id = other
        self.assertEqual(len(self._notes(self.serial)), 3)
        self.assertEqual(self._notes(other), [("1 photo added", person)])

    def test_they_are_in_order(self):
        first, second = self._add_photos(self.serial, "red", "blue")
        self.assertEqual(self.serial.photo_ids, first + second)
        first.sequence = 11
        self.env.invalidate_all()
        self.assertEqual(self.serial.photo_ids, second + first)

    def test_what_is_no_picture_is_refused(self):
        for content in (
            False,
            "not base64",
            base64.b64encode(b"<html><script>alert(1)</script></html>").decode(),
            base64.b64encode(b"PK\x03\x04").decode(),
        ):
            with self.subTest(content), self.assertRaisesRegex(ValidationError, "not a picture"):
                self.serial.photo_ids = [Command.create({"image_1920": content})]
        [photo] = self._add_photos(self.serial, "red")
        with self.assertRaisesRegex(ValidationError, "not a picture"):
            photo.image_1920 = base64.b64encode(b"text")
        with self.assertRaisesRegex(ValidationError, "not a picture"):
            photo.image_1920 = False
        self.assertEqual(self._colour(photo.image_1920), RED)

    def test_a_large_one_is_made_smaller(self):
        photo = self.env["serial.photo"].create(
            {"lot_id": self.serial.id, "image_1920": make_picture(size=(3000, 1500), kind="JPEG")}
        )
        self.assertTrue(photo.image_128)
        with self.assertRaisesRegex(UserError, "Too large"):
            photo.image_1920 = make_picture(size=(9000, 6000))

    def test_each_has_one_owner(self):
        picture = make_picture()
        receipt = self._receipt(1)
        line = receipt.move_line_ids
        for owners in ({}, {"lot_id": self.serial.id, "move_line_id": line.id}):
            with (
                self.subTest(owners),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env["serial.photo"].create({"image_1920": picture, **owners})
                self.env.flush_all()

    # ------------------------------------------------------------------------- its picture

    def test_the_picture_is_the_first_photo_or_that_of_the_part(self):
        self.assertFalse(self.serial.serial_image)
        self.part.image_1920 = make_picture("blue")
        self.env.invalidate_all()
        self.assertEqual(self._colour(self.serial.serial_image), BLUE)
        red, _green = self._add_photos(self.serial, "red", "green")
        self.assertEqual(self._colour(self.serial.serial_image), RED)
        red.sequence = 20
        self.assertEqual(self._colour(self.serial.serial_image), (0, 128, 0))
        self.serial.photo_ids.unlink()
        self.assertEqual(self._colour(self.serial.serial_image), BLUE)

    def test_browsers_find_out_that_the_picture_changed(self):
        """They keep it until the serial number has another date."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_lot SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        self._add_photos(self.serial, "red")
        self.assertGreater(self.serial.write_date.year, 2020)

    def test_pictures_of_many_take_as_many_queries_as_that_of_one(self):
        self.part.image_1920 = make_picture("blue")
        serials = self.serial + self.env["stock.lot"].with_user(self.clerk).create(
            [{"name": f"M{number}", "product_id": self.part.id} for number in range(50)]
        )
        for serial in serials[::2]:
            self._add_photos(serial, "red", "green")
        counts = []
        # The first time reads what stays.
        for some in (serials, serials[:2], serials):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.web_read({"photo_ids": {}, "serial_image": {}})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_photos_are_added_in_as_many_queries_for_many_serial_numbers(self):
        counts = []
        for size in (1, 50):
            serials = self.env["stock.lot"].create(
                [{"name": f"N{size}-{at}", "product_id": self.part.id} for at in range(size)]
            )
            photos = self._add_photos(serials[0], "red")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            serials._log_photos(Counter(serials), Counter())
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertTrue(photos)
        self.assertLessEqual(counts[1] - counts[0], 3)

    # --------------------------------------------------------------- copies, imports, deletion

    def test_a_copy_has_none(self):
        self._add_photos(self.serial, "red")
        self.assertFalse(self.serial.copy({"name": "SN9"}).photo_ids)

    def test_they_go_with_their_serial_number(self):
        [photo] = self._add_photos(self.serial, "red")
        files = [("res_model", "=", "serial.photo"), ("res_id", "=", photo.id)]
        Attachment = self.env["ir.attachment"].sudo()
        files.append(("res_field", "!=", False))
        self.assertTrue(Attachment.search(files))
        self.serial.unlink()
        self.assertFalse(photo.exists())
        self.assertFalse(Attachment.search(files))

    def test_they_are_exported_and_imported_in_base64(self):
        self._add_photos(self.serial, "red")
        fields = ["name", "product_id/.id", "photo_ids/image_1920"]
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        [[_name, part, picture]] = self.serial.export_data(fields)["datas"]
        result = (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .load(fields, [["SN7", str(part), picture], ["", "", make_picture("blue")]])
        )
        self.assertFalse(result["messages"])
        photos = self._serial("SN7").photo_ids
        self.assertEqual([self._colour(photo.image_1920) for photo in photos], [RED, BLUE])


@tagged("post_install", "-at_install")
class TestAccessToPhotos(HttpCase, PhotoCase):
    """Photos are read and written as their serial number is, by any road."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Other Yard"})
        cls.stranger = cls._new_user("stranger", "stock.group_stock_manager")
        cls.stranger.write(
            {"company_id": cls.elsewhere.id, "company_ids": [Command.set(cls.elsewhere.ids)]}
        )
        cls.serial = cls._new_serial("SN1", company_id=cls.env.company.id)
        cls.theirs = cls._new_serial("SN2", company_id=cls.elsewhere.id)

    def setUp(self):
        super().setUp()
        [self.photo] = self._add_photos(self.serial, "red")

    def _read(self, user, photo=None):
        """Return by how many roads *user* reads a photo."""
        photo = (photo or self.photo).with_user(user)
        Photo, name = photo.browse(), [("id", "=", photo.id)]
        roads = (
            lambda: photo.read(["sequence"]),
            lambda: photo.read(["image_1920"]),
            lambda: photo.web_read({"image_128": {}}),
            lambda: photo.read(["display_name"]),
            lambda: Photo.search(name),
            lambda: Photo.search_count(name),
            lambda: Photo.search_read(name, ["image_1920"]),
            lambda: Photo.name_search("", name),
            lambda: Photo._read_group(name, ["lot_id"]),
            lambda: Photo.formatted_read_group(name, ["is_public"], ["__count"]),
            lambda: photo._export_rows([["image_1920"]]),
            lambda: Photo.env["ir.attachment"].search(
                [("res_model", "=", "serial.photo"), ("res_field", "!=", False)]
            ),
        )
        found = []
        for road in roads:
            self.env.invalidate_all()
            try:
                found.append(bool(road()))
            except AccessError:
                found.append(False)
        return found

    def test_who_reads_them(self):
        for user in (self.clerk, self.boss, self.buyer):
            with self.subTest(user.login):
                self.assertEqual(set(self._read(user)), {True})
        for user in (self.employee, self.stranger):
            with self.subTest(user.login):
                found = self._read(user)
                # A grouping without a serial number finds nothing, but one group.
                self.assertEqual(found, [False] * len(found))

    def test_photos_of_archived_serial_numbers_are_read_as_these(self):
        self.serial.active = False
        self.assertEqual(set(self._read(self.clerk)), {True})
        self.assertEqual(set(self._read(self.stranger)), {False})

    def test_who_writes_them(self):
        picture = make_picture()
        for user, error in (
            (self.clerk, None),
            (self.buyer, AccessError),
            (self.stranger, AccessError),
        ):
            photo = self.photo.with_user(user)
            for change in (
                lambda photo: photo.write({"is_public": True}),
                lambda photo: photo.write({"lot_id": self.serial.id}),
                lambda photo: photo.create({"lot_id": self.serial.id, "image_1920": picture}),
                lambda photo: photo.unlink(),
            ):
                with self.subTest(user.login), self.env.cr.savepoint() as savepoint:
                    self.env.invalidate_all()
                    if error:
                        self.assertRaises(error, change, photo)
                    else:
                        change(photo)
                    savepoint.rollback()

    def test_they_are_not_moved_to_what_one_may_not_write(self):
        with self.assertRaises(AccessError):
            self.photo.lot_id = self.theirs
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.photo.create({"lot_id": self.theirs.id, "image_1920": make_picture()})
        line = self._receipt(1).move_line_ids
        [waiting] = self._add_photos(line, "red")
        for user in (self.buyer, self.stranger):
            with self.assertRaises(AccessError):
                waiting.with_user(user).is_public = True
            with self.assertRaises(AccessError):
                self._add_photos(line, "blue", user=user)

    def test_photos_on_a_transfer_are_read_as_their_line(self):
        [waiting] = self._add_photos(self._receipt(1).move_line_ids, "red")
        self.assertEqual(set(self._read(self.clerk, waiting)), {True})
        for user in (self.employee, self.stranger):
            found = self._read(user, waiting)
            self.assertEqual(set(found), {False}, user.login)

    def test_over_the_web(self):
        urls = (
            f"/web/image/serial.photo/{self.photo.id}/image_1920",
            f"/web/image/stock.lot/{self.serial.id}/serial_image",
        )
        self.env.flush_all()
        for user, status in ((self.clerk, True), (self.employee, False), (self.stranger, False)):
            self.authenticate(user.login, user.login)
            for url in urls:
                with self.subTest(url, user=user.login):
                    answer = self.url_open(url)
                    colour = self._colour(base64.b64encode(answer.content))
                    self.assertEqual(colour == RED, status)
        self.authenticate(None, None)
        self.assertNotEqual(self._colour(base64.b64encode(self.url_open(urls[0]).content)), RED)

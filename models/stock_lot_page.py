"""What everybody may see of a unit: its public page."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq, hmac
from odoo.tools.misc import get_lang

from ..fields.answer_texts import describe_answer
from ..tools.answer_check import fits
from ..tools.page_address import read_page_path

#: The sizes of the pictures on the page, in pixels, as Odoo keeps images.
SIZES = (256, 512, 1024)
#: The types whose answers programs get as they are stored; the others as people read them.
_PLAIN_TYPES = ("boolean", "date", "float", "integer")


class StockLot(models.Model):
    _inherit = "stock.lot"

    has_public_page = fields.Boolean(
        compute="_compute_has_public_page",
        help="Everybody who has the address of this unit can see its public page.",
    )

    @api.depends("active", "company_id", "part_type_id")
    def _compute_has_public_page(self):
        public = set(self._find_public(Domain("id", "in", self._origin.ids)).ids)
        for lot in self:
            lot.has_public_page = lot._origin.id in public

    def action_open_public_page(self):
        """Open the page of this unit as its visitors see it, in a new tab."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"{self.serial_url}?visitor=1"}

    # ---------------------------------------------------------------------- which units have one

    @api.model
    def _find_public(self, domain):
        """Return the units in *domain* that have a public page, with all rights. Whether there are
        others, private or archived, costs no query more or less."""
        # sudo: visitors have no rights. What they may see of these is in _prepare_public_page().
        lots = self.sudo().with_context(active_test=False)
        return lots.search(domain & lots._get_public_domain())

    @api.model
    def _get_public_domain(self):
        """Return the domain of the units that have a public page: they are not archived, and both
        their company and their part type, or one above it, have public pages.

        A unit's company is that of its serial number, else the one that has it or had it last, else
        that of its part. A unit that belongs to no company needs that of all companies. Called with
        all rights.
        """
        companies = self.env["res.company"].search(Domain.TRUE)
        public = companies.filtered("serial_pages")
        part_types = self.env["product.category"].search(Domain("serial_pages", "=", True))
        shared = public.ids + ([False] if public == companies else [])
        owner = Domain("product_id.company_id", "in", shared)
        for name in ("unit_company_id", "company_id"):
            owner = Domain(name, "in", public.ids) | (Domain(name, "=", False) & owner)
        return (
            Domain("active", "=", True)
            & Domain("product_id.tracking", "=", "serial")
            & Domain("part_type_id", "child_of", part_types.ids)
            & owner
        )

    @api.model
    def _get_address_domain(self, address):
        """Return the domain of the units that an address may mean, see ``read_page_path``."""
        part = Domain("product_id", "=", address.product_id)
        if address.barcodes:
            part = Domain("product_id.barcode", "in", address.barcodes)
        return part & Domain("name", "in", address.serials)

    @api.model
    def _find_own_unit(self, path):
        """Return the unit whose page has this *path*, if the user may see it, archived or not. If
        several companies of theirs have one, that of the current company comes first."""
        address = read_page_path(path)
        if not address or not self.has_access("read"):
            return self.browse()
        lots = self.with_context(active_test=False).search(
            self._get_address_domain(address) & Domain("product_id.tracking", "=", "serial")
        )
        return lots.sorted(
            lambda lot: (
                address.serials.index(lot.name),
                not lot.active,
                lot.company_id != self.env.company,
            )
        )[:1]

    # ------------------------------------------------------------------------------ what it shows

    @api.model
    def _read_public_page(self, path):
        """Return what the page with this *path* shows to everybody, see
        :meth:`_prepare_public_page`; None if there is no such page. That is also so when two units
        have it: what one company shows is never mixed up with what another does."""
        address = read_page_path(path)
        found = self._find_public(self._get_address_domain(address)) if address else self.browse()
        for serial in address.serials if found else ():
            if lots := found.filtered(lambda lot, serial=serial: lot.name == serial):
                return lots._prepare_public_page() if len(lots) == 1 else None
        return None

    def _prepare_public_page(self):
        """Return everything that the public page of this unit shows, as plain values in the
        language of the context, and nothing else. Called with all rights.

        - ``part``, ``serial``, ``gtin``: the name of its part, without the internal reference; its
          own; the part's GTIN, if it has one
        - ``title``, ``description``: what the page is about, in few words
        - ``url``, ``host``: the address of the page, and what it begins with
        - ``photos``, ``part_picture``: ``{size: path}`` of each public photo, and of the part's
        - ``answers``: ``[{"label", "text", "value"}]`` of its public answers
        """
        self.ensure_one()
        product = self.product_id.with_context(display_default_code=False, bin_size=True)
        photos = self.photo_ids.filtered("is_public")
        part, serial = product.display_name, self.name
        return {
            "part": part,
            "serial": serial,
            "title": f"{serial} – {part}",
            "description": self.env._(
                "Serial number %(serial)s of %(part)s", serial=serial, part=part
            ),
            "gtin": product._get_gtin(),
            "url": self.serial_url,
            "host": self.get_base_url(),
            "photos": [self._list_picture_paths("photo", photo.id) for photo in photos],
            "part_picture": product.image_256 and self._list_picture_paths("part", self.id),
            "answers": list(self._list_public_answers()),
        }

    def _list_public_answers(self):
        """Yield the answers to the public custom fields that the part type has now."""
        asked = [question["name"] for question in self.part_type_id._get_questions()]
        answers = self.serial_answers._values
        questions = self.env["serial.question"].search(
            Domain("is_public", "=", True) & Domain("key", "in", asked)
        )
        questions = questions.with_context(serialized_parts_public=True)
        for question in questions.sorted(lambda question: asked.index(question.key)):
            prepared, answer = question._prepare_property(), answers.get(question.key)
            if fits(prepared, answer) and (text := self._describe_publicly(prepared, answer)):
                is_plain = prepared["type"] in _PLAIN_TYPES
                yield {
                    "label": question.name,
                    "text": text,
                    "value": answer if is_plain else text,
                }

    def _describe_publicly(self, question, answer):
        text = describe_answer(
            self.env(context={**self.env.context, "tz": "UTC"}), question, answer
        )
        if question["type"] == "float":
            return text.replace(".", get_lang(self.env).decimal_point)
        if question["type"] == "datetime" and text:
            return f"{text} UTC"
        return text

    # ------------------------------------------------------------------------------- its pictures

    @api.model
    def _list_picture_paths(self, kind, record_id):
        """Return ``{size: path}`` of a picture, see :meth:`_find_public_picture`."""
        token = self._sign_picture(kind, record_id)
        return {size: f"/serial/picture/{kind}/{record_id}/{size}/{token}" for size in SIZES}

    @api.model
    def _sign_picture(self, kind, record_id):
        # sudo: for the secret of the database. Nobody finds pictures by counting.
        return hmac(self.env(su=True), "serialized_parts.picture", (kind, record_id))

    @api.model
    def _find_public_picture(self, kind, record_id, token):
        """Return the record whose image is shown on a public page, with all rights; an empty
        recordset if there is none, or none any more.

        :param str kind: ``photo``, or ``part`` for the picture of a unit's part
        :param int record_id: the ID of the photo or of the unit
        :param str token: the one in its path, see :meth:`_list_picture_paths`
        """
        # sudo: visitors have no rights; the unit's page is checked below.
        photos = self.env["serial.photo"].sudo()
        if not (token.isascii() and consteq(self._sign_picture(kind, record_id), token)):
            return photos
        if kind == "part":
            return self._find_public(Domain("id", "=", record_id)).product_id
        photo = photos.search(Domain("id", "=", record_id) & Domain("is_public", "=", True))
        return photo if self._find_public(Domain("id", "in", photo.lot_id.ids)) else photos

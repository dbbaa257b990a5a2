"""The public pages of units, for people and for programs."""

import json
import time

from markupsafe import Markup

from odoo.http import Controller, request, route
from odoo.modules import Manifest

from ..models.stock_lot_page import SIZES
from ..tools.linked_data import make_linked_data
from ..tools.rate_limit import RateLimit, find_network

#: What one network may ask for in a minute: pages, and the pictures that are on them.
PAGES, PICTURES = RateLimit(60, 60), RateLimit(600, 60)
#: How long what is public may be kept by browsers and proxies, in seconds.
MAX_AGE = 300

_HTML = "text/html"
_DATA = ("application/ld+json", "application/json")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept, Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
    # Whoever has the address may see the page; search engines don't collect them.
    "X-Robots-Tag": "noindex",
}
_OPTIONS = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "readonly": True,
    # A page that proxies keep must not come with somebody's session.
    "save_session": False,
}


class UnitPage(Controller):
    """Answers the addresses that :mod:`tools.unit_address` makes, see :mod:`tools.page_address`."""

    @route(["/01/<path:rest>", "/serial/<path:rest>"], **_OPTIONS)
    def show_unit(self, **_query):
        """Show the public page of a unit. Users who may see the unit itself are led to it, unless
        they ask for the page by ``?visitor=1``.

        What has no page, for whatever reason, gets the same answer.
        """
        if wait := _count(PAGES):
            return _refuse(wait)
        lots, path = request.env["stock.lot"], request.httprequest.path
        accepted = request.httprequest.accept_mimetypes.best_match((_HTML, *_DATA), _HTML)
        is_user = request.env.user._is_internal() and "visitor" not in request.httprequest.args
        if is_user and accepted == _HTML and (lot := lots._find_own_unit(path)):
            return _lead_to(lot)
        _set_language()
        page = request.env["stock.lot"]._read_public_page(path)
        if not page:
            return _show_missing()
        if accepted == _HTML:
            content = _render("serialized_parts.unit_page", page=page)
        else:
            content = json.dumps(make_linked_data(page), ensure_ascii=False)
        return _respond(content, accepted, cache=_get_cache())

    @route("/serial/picture/<any(photo,part):kind>/<int:record_id>/<int:size>/<token>", **_OPTIONS)
    def show_picture(self, kind, record_id, size, token, **_query):
        """Send a picture of a public page, as long as the page shows it."""
        if wait := _count(PICTURES):
            return _refuse(wait)
        record = request.env["stock.lot"]._find_public_picture(kind, record_id, token)
        if size not in SIZES or not record:
            _set_language()
            return _show_missing()
        stream = request.env["ir.binary"]._get_image_stream_from(record, f"image_{size}")
        stream.public = True
        # The name of the file would be that of the record.
        response = stream.get_response(max_age=MAX_AGE, download_name=None)
        response.headers["X-Robots-Tag"] = _HEADERS["X-Robots-Tag"]
        return response


def _count(limit):
    """Count this request of a visitor; return 0, or the seconds to wait if there were too many."""
    if not request.env.user._is_public():
        return 0
    return limit.take(find_network(request.httprequest.remote_addr or ""), time.monotonic())


def _refuse(wait):
    text = request.env._("Too many requests. Try again in %(seconds)s seconds.", seconds=wait)
    response = _respond(text, "text/plain", 429)
    response.headers["Retry-After"] = str(wait)
    return response


def _lead_to(lot):
    """Lead a user to the form of *lot*. The address is relative, so that it is on the host that
    they are logged in to."""
    response = request.redirect(f"/odoo/action-stock.action_production_lot_form/{lot.id}")
    response.headers.update(_HEADERS, **{"Cache-Control": "private, no-store"})
    return response


def _set_language():
    """Use the language that a visitor's browser prefers among those that are installed. A user has
    one already."""
    if not request.env.user._is_public():
        return
    for tag in request.httprequest.accept_languages.values():
        language, *others = tag.split("-")
        code = "_".join([language.lower(), *(other.upper() for other in others[-1:])])
        if found := request.env["ir.http"].get_nearest_lang(code):
            request.update_context(lang=found)
            return


def _get_cache():
    is_visitor = request.env.user._is_public()
    return f"public, max-age={MAX_AGE}" if is_visitor else "private, no-store"


def _show_missing():
    return _respond(_render("serialized_parts.unit_page_missing"), _HTML, 404)


def _render(template, **values):
    lang = request.env["res.lang"]._get_data(code=request.env.lang)
    version = Manifest.for_addon("serialized_parts").version
    values.update(
        language=lang.code.replace("_", "-"),
        direction=lang.direction,
        stylesheet=f"/serialized_parts/static/unit_page/unit_page.css?{version}",
    )
    # In the template, people could translate it.
    return Markup("<!DOCTYPE html>\n") + request.env["ir.qweb"]._render(template, values)


def _respond(content, mimetype, status=200, cache="no-store"):
    headers = {**_HEADERS, "Cache-Control": cache, "Content-Type": f"{mimetype}; charset=utf-8"}
    return request.make_response(content, headers, status=status)

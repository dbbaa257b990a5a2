"""A user of the web client: logs in, calls methods over JSON-RPC, gets answers or refusals."""

import itertools
import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.cookies import SimpleCookie

#: How long a call may take before it counts as lost.
PATIENCE_SECONDS = 120
#: What a user is told in a dialog, in words.
CLEAR = {
    "odoo.exceptions.AccessDenied",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.RedirectWarning",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
}


class Refused(Exception):
    """Odoo answered with an error: its class by name, its message, its traceback."""

    def __init__(self, name, message, debug=""):
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.debug = debug

    @property
    def is_clear(self):
        """Whether a user is told in words what is wrong."""
        return self.name in CLEAR

    def __repr__(self):
        places = re.findall(r'File ".*?(\w+/\w+\.py)", line (\d+)', self.debug)[-6:]
        return f"{self} ({' '.join(':'.join(place) for place in places)})"


class Lost(Exception):
    """There was no answer: the server is gone, or the call takes too long."""


class Session:
    """One user's session on a server that may be restarted meanwhile.

    :param server: has the ``url``
    :param str login: the login, and the password
    """

    def __init__(self, server, login, database):
        self._server = server
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._ids = itertools.count(1)
        self._cookie = ""
        self._lock = threading.Lock()
        self.login = login
        answer = self.post(
            "/web/session/authenticate", {"db": database, "login": login, "password": login}
        )
        self.uid = answer["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return its result.

        :raise Refused: with the error that Odoo answers
        :raise Lost: when there is no answer
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def read(self, model, ids, *fields):
        """Return the records' fields."""
        return self.call(model, "read", ids, list(fields))

    def search(self, model, domain, *fields, **options):
        """Return the fields of the records that match."""
        return self.call(model, "search_read", domain, list(fields), **options)

    def post(self, path, params):
        """Send one JSON-RPC request."""
        with self._lock:
            number = next(self._ids)
        body = {"jsonrpc": "2.0", "method": "call", "id": number, "params": params}
        answer = json.loads(self._send(path, json.dumps(body).encode(), "application/json"))
        if error := answer.get("error"):
            data = error.get("data") or {}
            raise Refused(
                data.get("name", "?"), data.get("message", error["message"]), data.get("debug", "")
            )
        return answer.get("result")

    def get(self, path, **query):
        """Return the body of a page."""
        return self._send(f"{path}?{urllib.parse.urlencode(query)}")

    def _send(self, path, body=None, kind=None):
        headers = {"Cookie": self._cookie}
        if kind:
            headers["Content-Type"] = kind
        request = urllib.request.Request(self._server.url + path, body, headers)
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as response:
                self._keep_cookie(response)
                return response.read()
        except urllib.error.HTTPError as error:
            raise Refused(f"HTTP {error.code}", error.read().decode(errors="replace")) from None
        except (OSError, HTTPException) as error:
            raise Lost(f"{path}: {error!r}") from None

    def _keep_cookie(self, response):
        for header in response.headers.get_all("Set-Cookie", ()):
            cookie = SimpleCookie(header)
            if "session_id" in cookie:
                self._cookie = f"session_id={cookie['session_id'].value}"


def attempt(session, model, method, *args, **kwargs):
    """Return ``(result, None)``, or ``(None, problem)`` where the call was refused or lost."""
    try:
        return session.call(model, method, *args, **kwargs), None
    except (Refused, Lost) as problem:
        return None, problem


def at_once(*actions):
    """Run *actions* in threads that begin in the same moment; return their results."""
    barrier = threading.Barrier(len(actions))
    results = [None] * len(actions)

    def work(position, action):
        barrier.wait()
        results[position] = action()

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

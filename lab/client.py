"""A user of the web client: logs in, calls methods over JSON-RPC, gets results or errors."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests

#: How long a call may take before it counts as lost.
PATIENCE_SECONDS = 120
JSON = {"Content-Type": "application/json"}
#: Errors that the user sees as a message in plain words.
CLEAR = "AccessDenied AccessError MissingError RedirectWarning UserError ValidationError".split()


class Refused(Exception):
    """Odoo answered with an error: its class by name, its message, its traceback."""

    def __init__(self, name, message, debug=""):
        super().__init__(f"{name}: {message}")
        self.name, self.message, self.debug = name, message, debug

    @property
    def is_clear(self):
        """Whether the user sees what is wrong in plain words."""
        return self.name.removeprefix("odoo.exceptions.") in CLEAR

    def __repr__(self):
        places = re.findall(r'File ".*?(\w+/\w+\.py)", line (\d+)', self.debug)[-6:]
        return f"{self} ({' '.join(':'.join(place) for place in places)})"


class Lost(Exception):
    """There was no answer: the server is gone, or the call took too long."""


class Session:
    """One user's session, which survives a restart of the server; any thread may use it.

    :param server: an object with the server's ``url``
    :param str login: the login, which is also the password
    """

    def __init__(self, server, login, database):
        self._server, self.login = server, login
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy
        self._http.headers["Connection"] = "close"  # so a killed server leaves none half open
        params = {"db": database, "login": login, "password": login}
        self.uid = self.post("/web/session/authenticate", params)["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return its result.

        :raise Refused: if Odoo answers with an error
        :raise Lost: if there is no answer
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def attempt(self, model, method, *args, **kwargs):
        """Return ``(result, None)``, or ``(None, problem)`` if the call was refused or lost."""
        try:
            return self.call(model, method, *args, **kwargs), None
        except (Refused, Lost) as problem:
            return None, problem

    def create(self, model, **values):
        """Return the id of a new record."""
        return self.call(model, "create", [values])[0]

    def read(self, model, id_, field):
        """Return a field of one record; for a many2one, the id."""
        [[value]] = [
            [found[field]] for found in self.call(model, "read", [id_], [field], load=None)
        ]
        return value

    def search(self, model, domain, *fields, **options):
        """Return the fields of the records that match, as dictionaries; for a many2one, the id."""
        options = {"load": None, **options}
        return self.call(model, "search_read", domain, list(fields), **options)

    def add_transfer(self, kind, start, end, **lines):
        """Return the id of a new, confirmed transfer.

        :param lines: ``move_ids``, the values of its move, or ``move_line_ids``, those of its line
        """
        ends = {"location_id": start, "location_dest_id": end}
        lines = {field: [(0, 0, {**values, **ends})] for field, values in lines.items()}
        picking = self.create("stock.picking", picking_type_id=kind, **ends, **lines)
        self.call("stock.picking", "action_confirm", [picking])
        return picking

    def post(self, path, params):
        """Send one JSON-RPC request; return its result."""
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        answer = self._send("POST", path, data=json.dumps(body), headers=JSON).json()
        if error := answer.get("error"):
            data = {"name": "?", "message": error["message"], **(error.get("data") or {})}
            raise Refused(data["name"], data["message"], data.get("debug", ""))
        return answer.get("result")

    def get(self, path, **query):
        """Return the body of a page."""
        return self._send("GET", path, params=query).content

    def _send(self, method, path, **options):
        url = self._server.url + path
        try:
            response = self._http.request(method, url, timeout=PATIENCE_SECONDS, **options)
        except requests.RequestException as error:
            raise Lost(f"{path}: {error!r}") from None
        if not response.ok:
            raise Refused(f"HTTP {response.status_code}", response.text)
        return response


def at_once(*actions):
    """Run *actions* in threads that start at the same moment; return their results."""
    barrier = Barrier(len(actions))

    def work(action):
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(work, actions))

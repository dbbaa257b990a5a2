"""How many requests one address may send: a token bucket for each, in memory."""

from collections import OrderedDict
from ipaddress import ip_address, ip_network
from math import ceil
from threading import Lock


class RateLimit:
    """Lets each key have *count* requests at once, and as many again over *seconds*.

    It knows the *most* keys that asked last; the others start anew. Each process has its own.
    """

    def __init__(self, count, seconds, most=10_000):
        self._count, self._rate, self._most = count, count / seconds, most
        self._buckets = OrderedDict()
        self._lock = Lock()

    def take(self, key, now):
        """Take one request of *key*; return 0, or how many whole seconds to wait before the next.

        :param float now: seconds by a clock that never goes back
        """
        with self._lock:
            bucket = self._buckets.pop(key, (self._count, now))
            left, before = bucket
            left = min(self._count, left + (now - before) * self._rate)
            wait = 0 if left >= 1 else ceil((1 - left) / self._rate)
            self._buckets[key] = bucket if wait else (left - 1, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return wait


def find_network(address):
    """Return the network that requests from *address* are counted by, as text. One visitor of
    IPv6 has a whole network of 64 bits; anything else counts by itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), 64), strict=False))

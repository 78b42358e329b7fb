"""HTTP with a SPARQL server: one request, and everything that can go wrong with it as one clear line.

Credentials come from the environment alone and stand in no address, message or log.
"""

from __future__ import annotations

import http.client
import os
import re
import time
from collections.abc import Mapping
from typing import IO, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

from kg.errors import KgError, RefusedError, UsageError

__all__ = ["Answer", "checked_address", "send"]

# Longer than any saved question takes anywhere, short enough to notice a server that hangs.
SECONDS = 60
# Pauses before a request that changes nothing is sent again.
PAUSES = (0.5, 1.0)
_BUSY = (429, 502, 503)
_CHUNK = 1 << 16


class Answer(NamedTuple):
    """What a server said: its body, the media type of it, and the name that the server gives itself."""

    body: bytes
    media_type: str
    server: str


class _UnsentError(Exception):
    """A request that found no answer and may be sent again."""


class _NoRedirect(HTTPRedirectHandler):
    """Follow nothing: a query that is redirected loses its body, and credentials are for one server."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        return None


_opener = build_opener(_NoRedirect)


def checked_address(address: str, option: str = "--endpoint") -> str:
    """Give back an address that may be asked.

    Raises:
        UsageError: no http address, or one that holds a password.

    >>> checked_address("http://localhost:7878/query")
    'http://localhost:7878/query'
    """
    try:
        parts = urlsplit(address)
        holds_user, fitting = "@" in parts.netloc, parts.scheme in ("http", "https") and bool(parts.hostname)
        fitting = fitting and (parts.port is None or parts.port > 0) and not re.search(r"[\s\x00-\x1f]", address)
    except ValueError:
        holds_user, fitting = "@" in address, False
    if holds_user:
        raise UsageError(f"{option}: no user or password in the address; set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD")
    if not fitting:
        raise UsageError(f"{option} {address}: give an http or https address")
    return address


def send(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, method: str = "", safe: bool
) -> Answer:
    """Send one request and read the whole answer.

    Args:
        address: where to; nothing is redirected.
        body: what to send.
        headers: beside those that every request has.
        method: GET without a body and POST with one, if left out.
        safe: the request changes nothing, or twice the same: it is sent again to a busy server or a lost connection.

    Raises:
        RefusedError: the server answers with a fault.
        KgError: no answer, or half an answer.
    """
    for pause in (*PAUSES, None) if safe else (None,):
        try:
            return _send_once(address, body, headers or {}, method, last=pause is None)
        except _UnsentError:
            assert pause is not None
            time.sleep(pause)
    raise AssertionError("the last try gives an answer or a fault")


def _send_once(address: str, body: bytes | None, headers: Mapping[str, str], method: str, *, last: bool) -> Answer:
    shown = address.partition("?")[0]
    request = Request(address, data=body, headers={"User-Agent": "xpo1-kg", **headers}, method=method or None)
    try:
        if credentials := _credentials(request):
            request.add_unredirected_header("Authorization", credentials)
        with _opener.open(request, timeout=SECONDS) as answer:
            _refuse_half(shown, answer.headers)
            server = answer.headers.get("Server", "")
            return Answer(_read(answer), answer.headers.get_content_type(), server)
    except HTTPError as fault:
        with fault:
            if fault.code in _BUSY and not last:
                raise _UnsentError from fault
            raise RefusedError(_refusal(shown, fault), fault.code) from fault
    except TimeoutError as fault:
        raise KgError(f"{shown} gave no whole answer within {SECONDS:g} seconds") from fault
    except http.client.IncompleteRead as fault:
        raise KgError(f"{shown} broke its answer off after {len(fault.partial)} bytes") from fault
    # ValueError: a path or a host that no request can carry, or a challenge that urllib does not know.
    except (URLError, OSError, ValueError, http.client.HTTPException) as fault:
        reason = fault.reason if isinstance(fault, URLError) else fault
        if isinstance(reason, TimeoutError):
            raise KgError(f"{shown} gave no answer within {SECONDS:g} seconds") from fault
        if isinstance(reason, ConnectionResetError | http.client.RemoteDisconnected) and not last:
            raise _UnsentError from fault
        raise KgError(f"cannot reach {shown}: {_plain(str(reason) or type(reason).__name__)}") from fault


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Read to the end, however slowly it comes, but not for ever: a timeout alone would count from byte to byte."""
    deadline, parts = time.monotonic() + SECONDS, []
    while part := answer.read1(_CHUNK):
        parts.append(part)
        if time.monotonic() > deadline:
            raise TimeoutError
    body = b"".join(parts)
    if answer.length:  # what the server promised beyond this
        raise http.client.IncompleteRead(body, answer.length)
    return body


def _refuse_half(shown: str, headers: Mapping[str, str]) -> None:
    """Refuse what Virtuoso itself calls incomplete, which it sends as a success all the same."""
    if "incomplete" in headers.get("X-SQL-Message", "").lower():
        raise KgError(f"{shown} gives an incomplete answer: the query ran into the server's own time limit")
    if rows := headers.get("X-SPARQL-MaxRows"):
        raise KgError(f"{shown} cuts answers off at {rows} rows: raise ResultSetMaxRows of that server")


def _refusal(shown: str, fault: HTTPError) -> str:
    if fault.code in (401, 403):
        known = os.environ.get("KG_ENDPOINT_USER")
        hint = "it refuses these credentials" if known else "set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD"
        return f"{shown} answers {fault.code} {fault.reason}: {hint}"
    if 300 <= fault.code < 400:
        return f"{shown} has moved: give its new address, {fault.headers.get('Location', 'which it does not tell')}"
    try:
        said = _plain(fault.read(2000).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException):
        said = ""
    return f"{shown} answers {fault.code} {fault.reason}: {said}".rstrip(": ")


def _plain(said: str) -> str:
    """Put what a server said on one line, without the marks of a page.

    >>> _plain("<html><style>p{}</style><h1>Sorry</h1> <p>down for\\n today</p>")
    'Sorry down for today'
    """
    words = re.sub(r"(?is)<(style|script)\b.*?</\1>|<[/!a-z][^>]*>", " ", said)
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return line if len(line) <= 300 else line[:300].rsplit(" ", 1)[0] + " …"


def _credentials(request: Request) -> str:
    """Answer the challenge of the server with the user and the password of the environment, if there are any.

    The challenge is fetched without the body: a server may hang up while it is sent 8 MB that it does not want.
    """
    user, password = os.environ.get("KG_ENDPOINT_USER"), os.environ.get("KG_ENDPOINT_PASSWORD", "")
    if not user:
        return ""
    try:
        with _opener.open(Request(request.full_url, headers={"User-Agent": "xpo1-kg"}), timeout=SECONDS):
            return ""
    except HTTPError as fault:
        with fault:
            challenges = fault.headers.get_all("WWW-Authenticate", []) if fault.code == 401 else []
    known = HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, request.full_url, user, password)
    for challenge in challenges:
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() == "digest":
            parts = {key: value for key, value in parse_keqv_list(parse_http_list(rest)).items() if value is not None}
            return f"Digest {HTTPDigestAuthHandler(known).get_authorization(request, parts)}"
        if scheme.lower() == "basic":
            import base64

            return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return ""

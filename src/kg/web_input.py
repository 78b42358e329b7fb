"""What a request brings, read within bounds: anything beyond them is refused in one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from kg.pool import RefusalError

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["FORM", "MOST_FIELDS", "accepted", "body", "content_type", "fields", "form_fields", "query_fields"]
__all__ += ["refuse_others"]

MOST_FIELDS = 100
MOST_NAME = 100  # characters, for messages repeat names
FORM = "application/x-www-form-urlencoded"
_READ = 20.0  # seconds in which the body of a request must arrive


def accepted(request: Request) -> str:
    """Read what a client accepts; headers of one name are one list (RFC 9110, 5.2).

    >>> from starlette.requests import Request
    >>> headers = [(b"accept", b"text/html"), (b"accept", b"text/csv;q=0.5")]
    >>> accepted(Request({"type": "http", "headers": headers}))
    'text/html, text/csv;q=0.5'
    """
    return ", ".join(request.headers.getlist("accept"))


def fields(content: bytes, where: str = "the address") -> list[tuple[str, str]]:
    """Read percent-encoded fields, as in an address or a form.

    Raises:
        RefusalError: they are not UTF-8, or too many.

    >>> fields(b"query=ASK%20%7B%7D&x=")
    [('query', 'ASK {}'), ('x', '')]
    """
    try:
        plain = content.decode("ascii")
        return parse_qsl(plain, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeError as fault:
        raise RefusalError(400, f"{where} is not percent-encoded UTF-8") from fault
    except ValueError as fault:
        raise RefusalError(400, f"{where} has more than {MOST_FIELDS} parameters") from fault


async def body(request: Request, most_bytes: int) -> bytes:
    """Read the body of a request.

    Raises:
        RefusalError: it is larger than that, packed, or does not arrive in time.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusalError(415, "send the body of a request unpacked")
    content = bytearray()
    try:
        async with asyncio.timeout(_READ):
            async for part in request.stream():
                content += part
                if len(content) > most_bytes:
                    raise RefusalError(413, f"the body of a request has at most {most_bytes} bytes")
    except TimeoutError as late:
        raise RefusalError(408, f"the body of the request did not arrive within {_READ:g} s") from late
    return bytes(content)


def content_type(request: Request) -> tuple[str, str]:
    """Read the media type of a body and its charset, both in lower case.

    Raises:
        RefusalError: there are several.
    """
    values = request.headers.getlist("content-type")
    if len(values) > 1:
        raise RefusalError(400, "give one Content-Type")
    media_type, _, rest = "".join(values).partition(";")
    name, _, charset = rest.partition("=")
    is_charset = name.strip().lower() == "charset"
    return media_type.strip().lower(), charset.strip().strip('"').lower() if is_charset else ""


def query_fields(request: Request) -> dict[str, str]:
    """Read the parameters of the address.

    Raises:
        RefusalError: they are not encoded UTF-8, one stands twice, or there are too many.
    """
    return _fields(request.scope["query_string"], "the address")


async def form_fields(request: Request, most_bytes: int) -> dict[str, str]:
    """Read the fields of a posted form.

    Raises:
        RefusalError: the body is no such form, or larger than that; and as `query_fields`.
    """
    if content_type(request)[0] != FORM:
        raise RefusalError(415, f"post a form as {FORM}")
    return _fields(await body(request, most_bytes), "the form")


def refuse_others(fields: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse parameters that nothing here reads, so that a misspelt one is not passed over.

    Raises:
        RefusalError: there is one.

    >>> refuse_others({"formt": "csv"}, ["format"])
    Traceback (most recent call last):
    kg.pool.RefusalError: no parameter formt; there are format
    """
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise RefusalError(400, f"no parameter {', '.join(unknown)}; there are {', '.join(known) or 'none'}")


def _fields(content: bytes, where: str) -> dict[str, str]:
    pairs = fields(content, where)
    given = dict(pairs)
    if any(len(name) > MOST_NAME for name in given):
        raise RefusalError(400, f"{where} has a parameter whose name is longer than {MOST_NAME} characters")
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RefusalError(400, f"the parameter {twice} stands more than once in {where}")
    return given

"""How an answer leaves: with a tag, so that what is known is not sent again; and a refusal in one sentence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kg.pool import Answer, RefusalError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["answered", "refused"]

# These are text, and a browser would guess their characters.
_TEXT = ("text/", "application/n-triples")


def answered(request: Request, answer: Answer) -> Response:
    """Send an answer, or 304 where the client has it already."""
    from starlette.responses import Response

    # Weak: the same answer may leave packed or not.
    tag = f'W/"{hashlib.sha256(answer.media_type.encode() + answer.body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept"}
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or tag.removeprefix("W/") in known or "*" in known:
        # RFC 9110, 13.1.2: "not modified" answers a reading request; any other has failed its condition.
        return Response(status_code=304 if request.method in ("GET", "HEAD") else 412, headers=headers)
    charset = "; charset=utf-8" if answer.media_type.startswith(_TEXT) else ""
    return Response(answer.body, headers={**headers, "Content-Type": answer.media_type + charset})


async def refused(request: Request, fault: Exception) -> Response:
    """Say what is wrong in one line of plain text, and when to try again."""
    from starlette.responses import PlainTextResponse

    assert isinstance(fault, RefusalError)  # nothing else is sent here
    retry = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    # The sentence may repeat half a surrogate pair, which JSON can carry and UTF-8 cannot.
    words = f"{fault}\n".encode("utf-8", "backslashreplace")
    return PlainTextResponse(words, fault.status, headers={"Vary": "Accept", **retry})

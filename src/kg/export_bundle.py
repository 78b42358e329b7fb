"""What one export consists of: its files, and what of the graph they do not carry."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

__all__ = ["LOSSES", "Bundle", "Loss", "json_text", "losses_page", "xml_safe"]

LOSSES = "LOSSES.md"
_NOT_XML = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def json_text(document: object) -> str:
    """Write a JSON file for people to read too.

    >>> json_text({"a": "β"})
    '{\\n "a": "β"\\n}\\n'
    """
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


class Loss(NamedTuple):
    """Something of the graph that a format cannot carry: how many, what, and why or what stands in its place.

    >>> Loss(34, "arms", "Biolink has no class for them").line()
    '34 arms: Biolink has no class for them'
    """

    number: int
    what: str
    why: str

    def line(self) -> str:
        """Write the loss as one line."""
        return f"{self.number:,} {self.what}: {self.why}"


class Bundle(NamedTuple):
    """The files of an export by name, and its losses; losses of nothing are left out."""

    files: dict[str, str]
    losses: list[Loss]

    def lines(self) -> list[str]:
        """List the losses, or say that there is none.

        >>> Bundle({}, [Loss(0, "arms", "")]).lines()
        ['nothing of the graph is left out']
        """
        return [loss.line() for loss in self.losses if loss.number] or ["nothing of the graph is left out"]


def losses_page(form: str, bundle: Bundle) -> str:
    """Write the losses as the page that lies beside the files.

    >>> print(losses_page("kgx", Bundle({}, [Loss(2, "arms", "no class")])), end="")
    # What this export (kgx) does not carry
    <BLANKLINE>
    - 2 arms: no class
    """
    return "\n".join([f"# What this export ({form}) does not carry", "", *(f"- {line}" for line in bundle.lines()), ""])


def xml_safe(text: str) -> str:
    """Replace what XML cannot write, not even as a reference.

    >>> xml_safe("a\\x01b") == "a\\N{REPLACEMENT CHARACTER}b", xml_safe("ä<")
    (True, 'ä<')
    """
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)

"""The front door: how XPO1 inhibition works, in guided steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.site_page import Site

__all__ = ["write_mechanism"]


def write_mechanism(site: Site) -> None:
    """Write the front page."""
    site.page("index.html", "mechanism.html.j2", "How XPO1 inhibition works in multiple myeloma")

"""The frame of every page of the site, and where things have their pages.

Pages hold no script and no style of their own: both are files beside them, and the policy of each page allows nothing
else. No label is ever read as HTML: the templates escape, the scripts set text.
"""

from __future__ import annotations

import gzip
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.files import write_atomic
from kg.measured import Measured, read_measured
from kg.site_glossary import Glossary, read_glossary
from kg.site_tables import Desk, event_paths
from kg.site_things import Thing, own_name, read_things
from kg.view_claims import SOURCES, doi_address, local_name
from kg.view_page import script_safe_json

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

    from kg.store import Graph

__all__ = ["PAGES", "POLICY", "PageEntry", "Site", "address", "script_data"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class PageEntry:
    """A page that every page links to."""

    file: str
    title: str


# What every page loads from `assets/`.
_FRAME_STYLE = "site.css"
_FRAME_SCRIPTS = ("finder.js", "site.js", "glossary.js")
PAGES = (
    PageEntry("index.html", "Mechanism"),
    PageEntry("explore.html", "Explore"),
    PageEntry("trials.html", "Trials"),
    PageEntry("outcomes.html", "Outcomes"),
    PageEntry("things.html", "Things"),
    PageEntry("statements.html", "Statements"),
    PageEntry("references.html", "References"),
    PageEntry("discrepancies.html", "Disagreements"),
    PageEntry("query.html", "Query"),
    PageEntry("glossary.html", "Glossary"),
    PageEntry("ontology.html", "Ontology"),
    PageEntry("data.html", "Data"),
    PageEntry("about.html", "About"),
)


class Site:
    """A site in the making: the graph it shows, the folder it goes to, and how a page is written."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self.folder = folder
        # Each file by its name, in the order of writing.
        self.written: dict[str, Path] = {}

    @cached_property
    def sources(self) -> list[dict[str, str]]:
        """Describe the works that the facts come from, the review first; what is not known is empty."""
        unknown = dict.fromkeys(("name", "author", "year", "title", "venue", "doi"), "")
        known = list(self.graph.query(SOURCES)) or [unknown]
        return [{**source, "address": doi_address(source["doi"])} for source in known]

    @property
    def source(self) -> dict[str, str]:
        """Describe the work that places without a name are in."""
        return self.sources[0]

    @property
    def notice(self) -> str:
        """Say whence the facts come and what they are not: half a sentence, for pages and saved figures."""
        whence = "one review (2023)" if len(self.sources) == 1 else "the sources named here"
        return f"Facts from {whence}, not medical advice"

    @cached_property
    def glossary(self) -> Glossary:
        """Read the words that every page explains."""
        return read_glossary(self.graph)

    @cached_property
    def things(self) -> dict[str, Thing]:
        """Read the things that have a page, by CURIE."""
        return read_things(self.graph)

    @cached_property
    def desk(self) -> Desk:
        """Give the place where questions are asked, each once for all pages."""
        return Desk(self)

    @cached_property
    def measured(self) -> Measured:
        """Read all measurements, with what was printed of each."""
        return read_measured(
            self.graph, self.desk.saved("measured_values").table, self.desk.saved("reported_values").table
        )

    @cached_property
    def mechanisms(self) -> dict[tuple[str, ...], str]:
        """Say where the page Explore shows how an event comes about, by event, study, arm and regimen."""
        return event_paths(self.desk)

    @cached_property
    def templates(self) -> Environment:
        """Load the templates, all of them escaping what they are given."""
        import jinja2

        made = jinja2.Environment(
            loader=jinja2.PackageLoader("kg", "web"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["address"] = address
        made.filters["local"] = local_name
        made.filters["spot"] = lambda name: self.desk.address(name)

        # `{{ text | glossed }}` explains abbreviations; blocks of one table share a set, as in `glossed(seen)`.
        @jinja2.pass_context
        def glossed(context: Context, text: object, seen: set[str] | None = None) -> Markup:
            return self.glossary.mark(text, context["root"], seen)

        made.filters["glossed"] = glossed
        made.globals["new_set"] = set
        return made

    def page(
        self,
        file: str,
        template: str,
        title: str,
        *,
        scripts: Iterable[str] = (),
        styles: Iterable[str] = (),
        **data: object,
    ) -> None:
        """Write one page, and beside it what it names of `assets/` and nobody has written yet.

        Args:
            file: its place in the site, such as `entity/Drug_selinexor.html`.
            template: its template in `kg/web`; it fills the block `main` of `page.html.j2`.
            title: what the browser shows.
            scripts: files of the site that it loads, in this order, after those of every page.
            styles: files of `assets/` that it loads after `assets/site.css`.
            data: what the template needs besides, and another `policy` where the page needs more.
        """
        loaded = [*(f"assets/{name}" for name in _FRAME_SCRIPTS), *scripts]
        dressed = list(styles)
        for name in (*loaded, *(f"assets/{name}" for name in (_FRAME_STYLE, *dressed))):
            self.asset(name.removeprefix("assets/"))
        frame = {
            "page": file,
            "title": title,
            "root": "../" * file.count("/"),
            "pages": PAGES,
            "policy": POLICY,
            "scripts": loaded,
            "styles": dressed,
            "source": self.source,
            "notice": self.notice,
            "sources": self.sources,
            "version": __version__,
        }
        self.write(file, self.templates.get_template(template).render({**frame, **data}))

    def write(self, file: str, text: str, *, packed: bool = False) -> Path:
        """Write one file of the site, with its folders; `packed` by gzip, to the same bytes each time."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if packed:
            path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        else:
            write_atomic(path, text)
        self.written[file] = path
        return path

    def asset(self, name: str) -> None:
        """Copy a script or a style sheet of the package into `assets/`, once."""
        if f"assets/{name}" not in self.written:
            self.write(f"assets/{name}", (package_files("kg") / "web" / name).read_text(encoding="utf-8"))


def address(name: str) -> str:
    """Say where in the site a thing has its page, by its CURIE or IRI.

    Names become file names, so that what is no plain letter is written out in hexadecimal.

    >>> address("kgd:Drug_selinexor")
    'entity/Drug_selinexor.html'
    >>> address("kgd:../<b>")
    'entity/~2e~2e~2f~3cb~3e.html'
    """
    local = own_name(name).removeprefix("kgd:")
    safe = "".join(letter if letter in _PLAIN else f"~{ord(letter):02x}" for letter in local)
    return f"entity/{safe}.html"


def script_data(name: str, value: Any) -> str:
    r"""Write data as a script that a page can load without a server; nothing in it ends a script or a comment.

    >>> script_data("kgThings", {"label": "</script>"})
    'var kgThings = {"label":"\\u003c/script\\u003e"};\n'
    """
    return f"var {name} = {script_safe_json(value)};\n"


_PLAIN = frozenset(string.ascii_letters + string.digits + "_-")

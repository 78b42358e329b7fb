"""The site as a whole: every page is quiet, its links lead somewhere, and no label of the data runs anywhere."""

from __future__ import annotations

import gzip
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from barriers import barriers
from browser import watched
from hostile import STRAY_NAMES, attacked
from kg.errors import KgError
from kg.site import build
from kg.site_page import PAGES, POLICY, address
from kg.site_query import PAGE, QUERY_POLICY
from kg.store import Graph
from serving import Server


class Reader(HTMLParser):
    """What matters of a page: its ids, its links, its elements and their attributes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.elements: Counter[str] = Counter()
        self.handlers: list[str] = []
        # What the address of a list may ask for, as in `kind=approval statement`.
        self.filters: set[str] = set()
        self._select = ""
        self._in_option = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        if tag == "select":
            self._select = dict(attrs).get("name") or ""
        self._in_option = tag == "option"
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                (self.links if tag == "a" else self.loaded).append(value or "")
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.handlers.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        if self._in_option:
            self.filters.add(f"{self._select}={data}")
            self._in_option = False


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


@pytest.fixture(scope="module")
def readers(site_folder: Path) -> dict[Path, Reader]:
    return {path: Reader(path) for path in pages(site_folder)}


@pytest.fixture(scope="module")
def hostile_folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of a graph whose every text is an attack, with things whose very names are."""
    folder = tmp_path_factory.mktemp("hostile") / "built"
    build(attacked(loaded), folder)
    return folder


# ---- the files


def test_all_pages_are_written(site_folder: Path) -> None:
    """Every page that the others link to is there, and so is the page of each thing of the tour."""
    assert [page.file for page in PAGES if not (site_folder / page.file).is_file()] == []
    assert (site_folder / address("kgd:Drug_selinexor")).is_file()


def test_links_lead_somewhere(readers: dict[Path, Reader], site_folder: Path) -> None:
    """Each link inside the site names a file that is there, and an element of it."""
    dead = []
    for path, reader in readers.items():
        for link in reader.links + reader.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.path.startswith("//"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            known = readers[target].ids if target in readers else []
            # Explore and Query read their address as a state, not as the name of an element, and a list as choices.
            choices = {unquote(choice) for choice in parts.fragment.split("&")}
            stateful = target.name in ("explore.html", "query.html") or (
                target in readers and choices <= readers[target].filters
            )
            if not target.is_file() or (anchor and not stateful and target.suffix == ".html" and anchor not in known):
                dead.append(f"{path.relative_to(site_folder)}: {link}")
    assert dead[:20] == []


def test_outward_links_are_https(readers: dict[Path, Reader]) -> None:
    """A link that leaves the site is encrypted."""
    schemes = {urlsplit(link).scheme for reader in readers.values() for link in reader.links}
    assert schemes == {"", "https"}


def test_ids_are_unique(readers: dict[Path, Reader]) -> None:
    """An address names one element of a page."""
    twice = {path.name: [name for name, n in Counter(reader.ids).items() if n > 1] for path, reader in readers.items()}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_pages_hold_no_script_or_style_of_their_own(readers: dict[Path, Reader]) -> None:
    """All that runs stands in files of the site, which the policy asks for."""
    for path, reader in readers.items():
        assert reader.handlers == [], path
        assert reader.elements["style"] == 0, path
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(r"<script src=\"[^\"]+\"></script>", text)) == reader.elements["script"], path
        policy = QUERY_POLICY if path.name == PAGE else POLICY
        assert f'content="{policy}"'.replace("'", "&#39;") in text, path


def test_every_page_says_whence_it_comes(readers: dict[Path, Reader]) -> None:
    """Licence, source and notice stand on each page."""
    for path in readers:
        text = path.read_text(encoding="utf-8")
        for words in ("not medical advice", "CC BY 4.0", "10.1177/20406207231219442"):
            assert words in text, (path, words)


def test_front_page_is_light(site_folder: Path, readers: dict[Path, Reader]) -> None:
    """With all that it loads it stays under 200 KB, packed as a server sends it."""
    front = site_folder / "index.html"
    loaded = {front, *((front.parent / name) for name in readers[front].loaded if not name.startswith("data:"))}
    assert sum(len(gzip.compress(path.read_bytes())) for path in loaded) <= 200_000


def test_foreign_folder_is_left_alone(loaded: Graph, tmp_path: Path) -> None:
    """A folder that holds something else is not touched."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(KgError, match="holds something that is no site"):
        build(loaded, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_older_site_is_replaced(loaded: Graph, site_folder: Path, tmp_path: Path) -> None:
    """What it had more is gone, the rest the same to the byte, for the graph is the same; each file is told once."""
    folder = tmp_path / "site"
    shutil.copytree(site_folder, folder)
    (folder / "old.html").write_text("old")
    (folder / "index.html").write_text("old")
    told = build(loaded, folder)
    assert sorted(told) == sorted(path for path in folder.rglob("*") if path.is_file())
    assert contents(folder) == contents(site_folder)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_file_in_the_way_is_said(loaded: Graph, tmp_path: Path) -> None:
    """One line, whatever stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(KgError, match="no site"):
        build(loaded, tmp_path / "file")
    with pytest.raises(KgError, match="cannot write"):
        build(loaded, tmp_path / "file" / "below")


# ---- in the browser


def visits(folder: Path, most: int) -> list[str]:
    """Choose pages to open: all at the top, and an even choice of those of single things."""
    top = [path.name for path in sorted(folder.glob("*.html"))]
    below = [f"entity/{path.name}" for path in sorted((folder / "entity").glob("*.html"))]
    return [*top, *below[:: max(1, len(below) // most)]]


def test_pages_are_quiet_from_a_double_click(chromium: Browser, site_folder: Path) -> None:
    """No page asks for anything outside its folder, and the browser complains of none."""
    home = site_folder.as_uri()
    with watched(chromium) as open_page:
        for name in visits(site_folder, 40):
            open_page.page.goto(f"{home}/{name}", wait_until="load")
        assert open_page.outside(home) == []
        assert open_page.complaints == []
        assert len(open_page.requests) > 100


def test_pages_are_quiet_over_http(chromium: Browser, site_folder: Path, site_server: Server) -> None:
    """The same under `kg serve`, where the headers are stricter than the pages."""
    served = site_server.address.rstrip("/")
    with watched(chromium) as open_page:
        for name in visits(site_folder, 40):
            open_page.page.goto(f"{served}/{name}", wait_until="load")
        assert open_page.outside(served) == []
        assert open_page.complaints == []


def test_hostile_graph_adds_no_element(hostile_folder: Path, site_folder: Path, readers: dict[Path, Reader]) -> None:
    """Not one label of an attacked graph becomes an element, an attribute or an address."""
    for path in pages(hostile_folder):
        reader = Reader(path)
        assert reader.handlers == [], path
        assert {urlsplit(link).scheme for link in reader.links} <= {"", "https"}, path
        twin = site_folder / path.relative_to(hostile_folder)
        if twin in readers:
            known = readers[twin].elements
            assert (reader.elements["script"], reader.elements["img"]) == (known["script"], known["img"]), path
        else:
            assert reader.elements["img"] == 0, path
    assert all(path.resolve().is_relative_to(hostile_folder) for path in hostile_folder.rglob("*"))


def test_hostile_graph_runs_nothing(chromium: Browser, hostile_folder: Path) -> None:
    """Open, search, step and choose on pages full of attacks: nothing of them ever runs."""
    home = hostile_folder.as_uri()
    stray = [address(f"kgd:{name}") for name in STRAY_NAMES]
    with watched(chromium) as open_page:
        page = open_page.page
        for name in [*visits(hostile_folder, 15), *stray]:
            page.goto(f"{home}/{name}", wait_until="load")
            poke(page)
            assert page.evaluate("window.hacked") is None, name
        assert open_page.outside(home) == []
        assert open_page.complaints == []


def poke(page: Page) -> None:
    """Use what the page offers: the search, the abbreviations, the details."""
    finder = page.locator("#finder")
    if finder.is_visible():
        finder.fill("stray")
        page.wait_for_timeout(60)
        finder.press("ArrowDown")
        finder.fill("")
    for details in page.locator("details:not([open]) > summary").all()[:3]:
        if details.is_visible():
            details.click()
    marks = page.locator("a.gloss").first
    if marks.count() and marks.is_visible():
        marks.hover()
        page.wait_for_timeout(60)


def test_nothing_keeps_people_out(chromium: Browser, site_folder: Path, axe: Path) -> None:
    """axe finds no serious fault on any kind of page: names, roles, contrast, focus."""
    names = [*(page.file for page in PAGES), address("kgd:Drug_selinexor"), "index.html#list", "index.html#Step_bone"]
    faults = {}
    with watched(chromium, bypass_csp=True) as open_page:
        for name in names:
            open_page.page.goto("about:blank")
            open_page.page.goto(f"{site_folder.as_uri()}/{name}")
            faults[name] = barriers(open_page.page, axe)
    assert {name: found for name, found in faults.items() if found} == {}


def test_no_page_is_wider_than_its_window(chromium: Browser, site_folder: Path) -> None:
    """Nobody has to scroll sideways; wide tables scroll in a frame of their own."""
    names = [
        *(page.file for page in PAGES),
        address("kgd:Drug_selinexor"),
        address("kgd:Study_BOSTON"),
        "index.html#list",
    ]
    wide = []
    with watched(chromium) as open_page:
        page = open_page.page
        for name in names:
            page.goto(f"{site_folder.as_uri()}/{name}")
            for width in (1440, 1024, 390):
                page.set_viewport_size({"width": width, "height": 900})
                over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wide += [(name, width, over)] if over > 0 else []
    assert wide == []

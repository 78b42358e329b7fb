"""Time the pages of the site beside what pyvis writes by default, on the same data and in one run.

    python tests/benchmarks/browser_speed.py [ROUNDS]

1. From opening `index.html` to the first picture of the mechanism (aim: 1 s), against pyvis drawing the claims of
   `kg view mechanism`.
2. On the page Explore, from the last key of a search to the drawn neighbourhood (aim: 0.5 s), and from opening a link
   to that neighbourhood, against pyvis drawing the same things and statements.
3. The page Query: what it weighs with all that its first answer needs, packed (aim: 2.2 MB), when its engine is ready
   (aim: 1.5 s), and from choosing a file with 10,000 nodes to the drawn table of its things (aim: 3 s). pyvis has
   nothing to compare.

The pages are opened from files, each in a browser that was started for it and has come to rest, with nothing kept from
before; the rounds alternate, so that a busy moment hits all. A page counts as drawn two frames after its content is
there. Of pyvis that is the end of its stabilisation, before which it shows nothing. No outside host is found, so that
asking there costs pyvis no time.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page, Playwright, sync_playwright

from kg.site import build
from kg.store import Graph, load
from kg.terms import PREFIXES
from kg.view import page_data

# Before the folder of this script, which has the same name as what is wanted.
sys.path.insert(0, str(Path(__file__).parents[1]))

from browser import ARGUMENTS, CHROMIUM, needed

T = TypeVar("T")

SEARCHED = "CRM1"
NEIGHBOURHOOD = "explore.html#at=Protein_XPO1"
QUERY_READY = "query: engine ready"
NODES = 10_000
QUERY_OWN = f"query: own file, {NODES} nodes"
# Milliseconds since the page was asked for, two frames after a condition holds.
DRAWN = """() => new Promise(done => {
  const look = () => CONDITION ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
    : requestAnimationFrame(look); look(); })"""
WATCH_PYVIS = """{ let set; Object.defineProperty(window, "network", { get: () => set, set: made => { set = made;
  made?.once?.("stabilizationIterationsDone", () => { window.stable = true }); } }) }"""
SINCE_KEY = """() => { document.getElementById("explore-search").addEventListener("keydown", event => {
  if (event.key !== "Enter") return; const begin = performance.now();
  const done = () => { window.sinceKey = performance.now() - begin };
  requestAnimationFrame(() => requestAnimationFrame(done)) }, true) }"""


def main(rounds: int) -> None:
    """Print the least, median and most of each, in seconds."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        graph = load()
        build(graph, site)
        nodes, edges = _in_a_browser(playwright, lambda page: _shown(page, site))
        mechanism = _mechanism(graph)
        (Path(folder) / "pyvis_mechanism.html").write_text(_pyvis(*mechanism), encoding="utf-8")
        (Path(folder) / "pyvis_neighbourhood.html").write_text(_pyvis(nodes, edges), encoding="utf-8")
        home = Path(folder).as_uri()
        own = Path(folder) / "own.ttl"
        own.write_text(_chain(NODES), encoding="utf-8")
        weight = sum(len(gzip.compress(path.read_bytes())) for path in needed(site, "query.html"))
        measures: dict[str, Callable[[Page], float]] = {
            "mechanism: index.html": lambda page: _opened(
                page, f"{home}/site/index.html", "document.querySelector('svg.panel')"
            ),
            f"mechanism: pyvis, {len(mechanism[0])} boxes": lambda page: _opened(
                page, f"{home}/pyvis_mechanism.html", "window.stable"
            ),
            "neighbourhood: search to drawing": lambda page: _searched(page, f"{home}/site/explore.html"),
            "neighbourhood: opening its link": lambda page: _opened(
                page, f"{home}/site/{NEIGHBOURHOOD}", "window.kgExplore"
            ),
            QUERY_READY: lambda page: _opened(page, f"{home}/site/query.html", "document.body?.dataset.engine"),
            QUERY_OWN: lambda page: _own_data(page, f"{home}/site/query.html", own),
            f"neighbourhood: pyvis, {len(nodes)} boxes": lambda page: _opened(
                page, f"{home}/pyvis_neighbourhood.html", "window.stable"
            ),
        }
        times: dict[str, list[float]] = {name: [] for name in measures}
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for name, measure in measures.items():
                times[name].append(_in_a_browser(playwright, measure) / 1000)
    for name, taken in times.items():
        print(f"{name:34} {min(taken):7.2f} {statistics.median(taken):7.2f} {max(taken):7.2f}  s (least, median, most)")
    print(f"query: weight packed: {weight / 1e6:.2f} MB (aim: 2.2 MB)")
    for name, aim in (
        ("mechanism: index.html", 1.0),
        ("neighbourhood: search to drawing", 0.5),
        (QUERY_READY, 1.5),
        (QUERY_OWN, 3.0),
    ):
        print(f"{name}: {statistics.median(times[name]):.2f} s (aim: {aim} s)")


def _in_a_browser(playwright: Playwright, measure: Callable[[Page], T]) -> T:
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND"]
    )
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH_PYVIS)
        page.goto("about:blank")
        _rest()
        return measure(page)
    finally:
        browser.close()


def _rest() -> None:
    """Wait until the processors have little else to do, for at most half a minute."""
    for _ in range(30):
        before = _processors()
        time.sleep(1)
        if _processors() - before < 0.1 * (os.cpu_count() or 1):
            return
    print("the machine does not come to rest; the figures will be too large", file=sys.stderr)


def _processors() -> float:
    """Give the seconds that all processors have worked since the machine was started."""
    user, nice, system = (int(ticks) for ticks in Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def _opened(page: Page, address: str, condition: str) -> float:
    page.goto(address, wait_until="commit")
    return _drawn(page, condition)


def _drawn(page: Page, condition: str) -> float:
    return float(page.evaluate(DRAWN.replace("CONDITION", condition)))


def _searched(page: Page, address: str) -> float:
    page.goto(address)
    page.evaluate(SINCE_KEY)
    page.locator("#explore-search").fill(SEARCHED)
    page.locator("#explore-search").press("Enter")
    page.wait_for_function("window.sinceKey")
    return float(page.evaluate("window.sinceKey"))


def _own_data(page: Page, address: str, own: Path) -> float:
    """Measure from choosing the file, the engine being ready, to the table of what it says."""
    page.goto(address)
    _drawn(page, "document.body.dataset.engine")
    page.evaluate(
        """() => document.getElementById("own-file").addEventListener("change",
           () => { window.begun = performance.now() }, { capture: true, once: true })"""
    )
    page.locator("#own-file").set_input_files(own)
    page.locator("#own-list button").click()
    drawn = _drawn(page, "document.querySelector('#view-table tbody tr')")
    return drawn - float(page.evaluate("window.begun"))


def _chain(nodes: int) -> str:
    """Write things that each lead to the next and have a label, joined to the graph at one end."""
    lines = [f'<urn:n{n}> rdfs:label "node {n}" ; <urn:next> <urn:n{n + 1}> .' for n in range(nodes - 1)]
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdfs", "kgd"))
    return f"{prefixes}kgd:Drug_selinexor <urn:next> <urn:n0> .\n" + "\n".join(lines)


def _shown(page: Page, site: Path) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Read from the page what it draws, so that pyvis gets the same."""
    page.goto(f"{site.as_uri()}/{NEIGHBOURHOOD}")
    shown = json.loads(
        page.evaluate(
            """() => JSON.stringify({
                nodes: kgExplore.cy.nodes().map(one => [one.id(), kgExploreData.things[one.id()].label]),
                edges: kgExplore.cy.edges().map(one => [one.source().id(), one.target().id(), one.id()]) })"""
        )
    )
    return dict(shown["nodes"]), [(start, end, name) for start, end, name in shown["edges"]]


def _mechanism(graph: Graph) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Take what `kg view mechanism` draws."""
    data = page_data(graph, "mechanism")
    drawn = [data["claims"][edge["id"]] for edge in data["drawing"]["edges"]]
    names = {claim[end] for claim in drawn for end in ("subject", "object")}
    return (
        {name: data["things"][name]["label"] for name in sorted(names)},
        [(claim["subject"], claim["object"], claim["label"]) for claim in drawn],
    )


def _pyvis(nodes: dict[str, str], edges: Iterable[tuple[str, str, str]]) -> str:
    """Write the page that pyvis writes if nothing is chosen but that edges have a direction."""
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line")
    for name, label in nodes.items():
        network.add_node(name, label=label)
    for start, end, label in edges:
        network.add_edge(start, end, title=label)
    html: str = network.generate_html()
    return html


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

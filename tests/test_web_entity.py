"""Each name of the graph as an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from kg.store import Graph
from kg.terms import DATA, ONTOLOGY, curie
from kg.web_entity import ENDINGS
from pages import hostile_graph
from web_client import client

RDF = {ending: media_type for ending, media_type in ENDINGS.items() if ending != ".html"}
PAGE = "entity/Drug_selinexor.html"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def asked(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client(loaded, tmp_path_factory.mktemp("data"), {"kgd:Drug_selinexor": PAGE}) as made:
        yield made


def some_of_each(graph: Graph) -> list[str]:
    """One thing of each class, and one term of each kind."""
    rows = graph.query("SELECT (MIN(STR(?thing)) AS ?one) { ?thing a ?class FILTER(ISIRI(?thing)) } GROUP BY ?class")
    return sorted({curie(iri) for iri in rows.column("one") if iri.startswith((DATA, ONTOLOGY))})


def test_name_of_every_kind_resolves(asked: TestClient, loaded: Graph) -> None:
    """Statements, values, places, measurements and terms have a page, and each form of RDF."""
    names = some_of_each(loaded)
    assert len(names) > 80
    for name in names:
        page = asked.get(f"/entity/{name}", headers={"Accept": CHROME})
        assert page.status_code == (303 if name == "kgd:Drug_selinexor" else 200), name
        assert asked.get(f"/entity/{name}.nt").content.count(b"\n") > 0, name


def test_links_of_a_page_lead_on(asked: TestClient) -> None:
    """Every address of ours on the page of a value is answered."""
    addresses = set(re.findall(r'href="(/entity/[^"]+)"', asked.get("/entity/kg:Percent").text))
    assert len(addresses) > 100
    for address in sorted(addresses)[:40]:
        assert asked.get(address).status_code in (200, 303), address


@pytest.mark.parametrize("ending", RDF)
def test_every_form_says_the_same(asked: TestClient, loaded: Graph, ending: str) -> None:
    """By its ending or by `Accept`: the triples of the term with those of its blank nodes."""
    name = "kg:PentaRefractoryPopulation"
    named = asked.get(f"/entity/{name}{ending}")
    accepted = asked.get(f"/entity/{name}", headers={"Accept": f"{RDF[ending]}, text/html;q=0.5"})
    wanted = rdflib.Graph()
    described = loaded.store.query(f"DESCRIBE <{ONTOLOGY}{name[3:]}>", use_default_graph_as_union=True)
    wanted.parse(data=ox.serialize(described, format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert len(wanted) > 20
    for answer in (named, accepted):
        assert answer.headers["Content-Type"].partition(";")[0] == RDF[ending]
        got = rdflib.Graph().parse(data=answer.text, format=RDF[ending])
        assert isomorphic(got, wanted)


def test_turtle_has_the_prefix_table(asked: TestClient) -> None:
    """Names are short."""
    assert "kgd:Drug_selinexor a " in asked.get("/entity/kgd:Drug_selinexor.ttl").text


@pytest.mark.parametrize("name", ["kgd:Drug_selinexor", "Drug_selinexor"])
def test_browsers_are_sent_to_the_page_of_the_site(asked: TestClient, name: str) -> None:
    """It tells more; and says that programs get something else."""
    answer = asked.get(f"/entity/{name}", headers={"Accept": CHROME})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{PAGE}")
    assert "Accept" in answer.headers["Vary"]


def test_other_forms_are_linked(asked: TestClient) -> None:
    """In the header, for programs, of every form."""
    for ending in ENDINGS:
        links = asked.get(f"/entity/kg:Drug{ending}").headers["Link"]
        for other, media_type in ENDINGS.items():
            assert f'</entity/kg:Drug{other}>; rel="alternate"; type="{media_type}"' in links


def test_head_tells_the_same_without_the_body(asked: TestClient) -> None:
    """Type, length and tag are those of the whole answer."""
    for path in ("/entity/kg:Drug", "/entity/kg:Drug.ttl"):
        whole, head = asked.get(path), asked.head(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("Content-Type", "ETag", "Link", "Vary"):
            assert head.headers[name] == whole.headers[name]


def test_unacceptable_form_is_406(asked: TestClient) -> None:
    """Nothing is sent that was not asked for."""
    assert asked.get("/entity/kg:Drug", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "name",
    [
        "kgd:nothing",
        "nothing.ttl",
        "mondo:0009693",
        "kgd:",
        "..%2f..%2fetc%2fpasswd",
        "kgd:..%2f..%2f..%2fetc%2fpasswd.html",
        "kgd:a%3E%20?p%20?o",
        "%00",
        "%ff",
        "kgd:%0a",
        "kgd:%25",
        "kgd:" + "a" * 5000,
        "<script>",
        "%F3%A0%81%81",
    ],
)
def test_unknown_name_is_404_in_words(asked: TestClient, name: str) -> None:
    """Whatever is in it, it reaches neither a file nor a query, and the answer does not repeat it."""
    answer = asked.get(f"/entity/{name}")
    assert (answer.status_code, "nothing is said here" in answer.text) == (404, True)
    assert "script" not in answer.text


class Elements(HTMLParser):
    """The elements of a page that could run or fetch something, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href") or ""
        runs = tag in ("script", "img", "iframe", "style") or any(name.startswith("on") for name in given)
        if runs or "style" in given or address.lower().startswith("javascript:"):
            self.active.append((tag, given))


def test_hostile_labels_stay_words(tmp_path: Path) -> None:
    """No label, definition or IRI of an attack becomes an element or a link that runs."""
    graph = hostile_graph(tmp_path)
    shown = 0
    with client(graph, tmp_path) as asked:
        for path in ("Drug_a", "Drug_i", "Protein_b", "Statement_identifier", "Statement_bridge", "Reference_9"):
            page = asked.get(f"/entity/kgd:{path}").text
            assert Elements(page).active == []
            shown += "hacked" in page
    assert shown >= 4

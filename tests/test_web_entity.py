"""Every name is an address, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg import load
from kg.site_page import address
from kg.site_things import read_things
from kg.store import Graph
from kg.terms import DATA, GRAPH, ONTOLOGY, PREFIXES
from kg.web_entity import ENDINGS
from kg.worker import GRAPH_TYPES
from pages import hostile_graph
from web_client import client

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
VALUE = "kgd:Value_BOSTON_XVd_ORR_table2"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def asked(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    pages = {name: address(name) for name in read_things(graph)}
    with client(graph, tmp_path_factory.mktemp("entity"), pages) as made:
        yield made


def described(graph: Graph, name: str) -> set[ox.Triple]:
    return set(graph.store.query(f"DESCRIBE {name}", prefixes=PREFIXES, use_default_graph_as_union=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_machines_get_the_triples_of_a_name(asked: TestClient, graph: Graph, media_type: str) -> None:
    """The whole description, in the format asked for, read back by the engine."""
    answer = asked.get(f"/entity/{VALUE}", headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, media_type)
    read = {quad.triple for quad in ox.parse(answer.content, format=GRAPH_TYPES[media_type])}
    assert read == described(graph, VALUE)
    assert len(read) > 8


def test_parts_without_a_name_come_along(asked: TestClient) -> None:
    """The selector of a place has no name of its own, so its offsets come with the place."""
    answer = asked.get("/entity/kgd:Place_BOSTON_XVd_ORR_table2.ttl")
    objects = {str(quad.object.value) for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)}
    assert {"34818", "34822"} <= objects


def test_every_name_of_the_graph_is_found(asked: TestClient, graph: Graph) -> None:
    """Terms and things alike; every fiftieth is asked for, and every kind of thing once."""
    spaces = (DATA, ONTOLOGY, GRAPH)
    names = {term.value for quad in graph.store for term in quad if isinstance(term, ox.NamedNode)}
    ours = sorted(name for name in names if name.startswith(spaces))
    kinds = {name.partition("_")[0]: name for name in ours if name.startswith(DATA)}
    chosen = sorted({*ours[::50], *kinds.values()})
    assert len(ours) > 6000
    assert len(chosen) > 150
    for name in chosen:
        space = next(space for space in spaces if name.startswith(space))
        prefix = {DATA: "kgd", ONTOLOGY: "kg", GRAPH: "kgg"}[space]
        assert asked.get(f"/entity/{prefix}:{name.removeprefix(space)}.ttl").status_code == 200, name


def test_browsers_are_sent_to_the_page_of_a_thing(asked: TestClient) -> None:
    """Where the site has one; who names a format gets that instead."""
    answer = asked.get("/entity/kgd:Drug_selinexor", headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entity/Drug_selinexor.html")
    assert "Accept" in answer.headers["Vary"]
    assert asked.get("/entity/kgd:Drug_selinexor.html", headers=BROWSER).status_code == 200
    assert asked.get("/entity/kgd:Drug_selinexor", headers={"Accept": "text/turtle"}).status_code == 200


def test_records_and_terms_have_a_page_too(asked: TestClient) -> None:
    """What is said of them and what points to them, with links that go on."""
    page = asked.get(f"/entity/{VALUE}", headers=BROWSER)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<a href="/entity/kgd:Measurement_BOSTON_XVd_ORR">' in page.text
    assert "<td>76.4</td>" in page.text
    assert '<a href="/entity/kg:hasReport">has report</a>' in page.text
    term = asked.get("/entity/kg:Drug", headers=BROWSER).text
    assert '<a href="/entity/kgd:Drug_selinexor">selinexor</a>' in term
    assert "ontology.html" not in term  # without a site there is no such page


def test_bare_names_are_read_as_the_commands_do(asked: TestClient) -> None:
    """A thing first, then a term."""
    for short, whole in (("Drug_selinexor.ttl", "kgd:Drug_selinexor.ttl"), ("Drug.ttl", "kg:Drug.ttl")):
        assert sorted(asked.get(f"/entity/{short}").text.splitlines()) == sorted(
            asked.get(f"/entity/{whole}").text.splitlines()
        )


def test_other_forms_are_told(asked: TestClient) -> None:
    """Each link of the header leads to the form it names."""
    links = asked.get("/entity/kg:Drug", headers=BROWSER).headers["Link"].split(", ")
    assert len(links) == len(ENDINGS)
    for link in links:
        address, _, media_type = link.split("; ")
        answer = asked.get(address.strip("<>"))
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, media_type[6:-1])


def test_what_is_known_is_not_sent_again(asked: TestClient) -> None:
    """The tag of one form is not the tag of another."""
    tag = asked.get("/entity/kg:Drug.ttl").headers["ETag"]
    assert asked.get("/entity/kg:Drug.ttl", headers={"If-None-Match": tag}).status_code == 304
    assert asked.get("/entity/kg:Drug.nt", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "kgd:Nothing",
        "mondo:0009693",
        "",
        "kgd:a%3E%20%3Fp%20%3Fo%20%7D%20UNION%20%7B%20%3Fs",
        "kgd:%00",
        "kgd:%C3",
        "kgd:" + "a" * 600,
        "..%2f..%2fetc%2fpasswd",
        "kgd:..%2f..%2fetc%2fpasswd",
        "https:%2f%2fw3id.org%2fxpo1-kg%2fdata%2fDrug_selinexor",
    ],
)
def test_names_that_are_none_are_not_found(asked: TestClient, name: str) -> None:
    """One sentence, which does not repeat what was asked."""
    answer = asked.get(f"/entity/{name}")
    assert answer.status_code == 404
    assert answer.text == "nothing is said here of a thing with this name; /entity/kgd:Drug_selinexor is one\n"


def test_unknown_formats_and_parameters_are_refused(asked: TestClient) -> None:
    """406 names what there is."""
    answer = asked.get("/entity/kg:Drug", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.text == f"this is answered in text/html, {', '.join(GRAPH_TYPES)}\n"
    assert asked.get("/entity/kg:Drug?format=ttl").status_code == 400


class Tags(HTMLParser):
    """Collect what a page could run: its scripts, its handlers, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}


def test_texts_and_names_of_the_data_run_nothing(tmp_path: Path) -> None:
    """Every text of this graph is an attack, and some names are; each page writes them out as text."""
    graph = hostile_graph(tmp_path / "project")
    subjects = {quad.subject.value for quad in graph.store if isinstance(quad.subject, ox.NamedNode)}
    things = sorted(name for name in subjects if name.startswith(DATA))
    tags = Tags()
    with client(graph, tmp_path) as asked:
        for name in things:
            answer = asked.get(f"/entity/kgd:{quote(name.removeprefix(DATA))}", headers=BROWSER)
            assert answer.status_code == 200, name
            tags.feed(answer.text)
            assert "<img" not in answer.text
    assert len(things) > 30
    assert tags.names & {"script", "img", "iframe", "object", "svg"} == set()
    assert tags.attributes <= {"lang", "charset", "name", "content", "rel", "type", "href", "scope"}
    assert {link.partition(":")[0] for link in tags.links if not link.startswith("/")} <= {"https", "http", "data"}
    assert not any("javascript" in link for link in tags.links)

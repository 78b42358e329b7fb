"""A value or a statement as an entry for a reference manager."""

from pathlib import Path

import pytest
import yaml

from kg import Graph, load
from kg.cite import AUTHOR, FORMATS, TITLE, cite, cite_graph
from kg.cli import CITE_FORMATS
from kg.errors import NotFoundError, UsageError


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


def test_bibtex_names_review_place_and_version(graph: Graph) -> None:
    """Two whole entries: the review with the table cell, and the graph."""
    assert cite(graph, "kgd:Value_BOSTON_XVd_ORR_table2") == (
        "@article{huang2024,\n"
        "  author = {Huang Q and others},\n"
        "  title = {Treatment of multiple myeloma with selinexor: a review},\n"
        "  journal = {Ther Adv Hematol 15: 1–17},\n"
        "  year = {2024},\n"
        "  doi = {10.1177/20406207231219442},\n"
        "  note = {kgd:Value_BOSTON_XVd_ORR_table2: table 2 | NCT03110562 (BOSTON) | Response rates | 34818-34822},\n"
        "}\n"
        "\n"
        "@misc{xpo1kg,\n"
        "  author = {{The XPO1-KG contributors}},\n"
        "  title = {XPO1-KG: a knowledge graph of nuclear-export inhibition in multiple myeloma},\n"
        f"  version = {{{graph.version}}},\n"
        "}\n"
    )


def test_statement_lists_every_place_once(graph: Graph) -> None:
    """A claim with two evidence lines has both places, in RIS as well."""
    entry = cite(graph, "Statement_selinexor_inhibits_mRNA_export", "ris")
    [note] = [line for line in entry.splitlines() if line.startswith("N1")]
    assert note.count("text ") == 2
    assert entry.startswith("TY  - JOUR\n")
    assert entry.count("\nER  -\n") == 2


def test_what_is_not_printed_cannot_be_cited(graph: Graph) -> None:
    """An unknown name, a drug, and a bridge, which no source prints."""
    for name in ("kgd:Value_nothing", "kgd:Drug_selinexor", "Statement_megakaryocytes_prevent_thrombocytopenia"):
        with pytest.raises(NotFoundError, match="no printed value or statement"):
            cite(graph, name)


def test_unknown_format_lists_those_there_are(graph: Graph) -> None:
    """And the command offers the same ones."""
    with pytest.raises(UsageError, match="bibtex, ris"):
        cite(graph, "kgd:Value_BOSTON_patients_text", "endnote")
    assert FORMATS == CITE_FORMATS


def test_graph_is_cited_as_its_citation_file_says(graph: Graph) -> None:
    """Title, authors and version stand once in CITATION.cff, and so in text, BibTeX and RIS."""
    told = yaml.safe_load((Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8"))
    assert (TITLE, [{"name": AUTHOR}], graph.version) == (told["title"], told["authors"], told["version"])
    assert cite_graph(graph.version) == f"{AUTHOR}. {TITLE}. Version {graph.version}.\n"
    assert cite(graph, "kgd:Value_BOSTON_patients_text").endswith(f"\n{cite_graph(graph.version, 'bibtex')}")
    assert cite_graph(graph.version, "ris") == (
        f"TY  - DATA\nAU  - {AUTHOR}\nTI  - {TITLE}\nET  - {graph.version}\nER  -\n"
    )
    with pytest.raises(UsageError, match="text, bibtex, ris"):
        cite_graph(graph.version, "endnote")

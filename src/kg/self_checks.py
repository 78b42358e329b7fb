"""Questions with which readers check what they took along; every answer comes from the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.tour import Card, Step, Tour

__all__ = ["SelfCheck", "self_checks"]

# What to ask: a step, and a thing or claim of it.
_MORE_OR_LESS = (
    ("kgd:Step_oncoprotein_mRNA", "kgd:Process_oncoprotein_synthesis"),
    ("kgd:Step_bone", "kgd:Process_osteoclastogenesis"),
    ("kgd:Step_platelets", "kgd:Process_megakaryocyte_maturation"),
)
_HOW_SURE = (
    ("kgd:Step_unknown", "kgd:Statement_selinexor_increases_vomiting_center_stimulation"),
    ("kgd:Step_bone", "kgd:Statement_selinexor_affects_osteoblasts"),
    ("kgd:Step_tumor_suppressors", "kgd:Statement_selinexor_inhibits_TSP_function"),
)
_NOT_PRINTED = ("kgd:Step_tumor_suppressors",)
_MOST_OPTIONS = 4
# The facts of a claim that tell how sure it is.
_TELLING = ("polarity", "certainty", "disputed")
_SURE = {
    "stated": "It states it.",
    "denied": "It denies it.",
    "suggested": "It thinks it possible, or suggests it.",
    "disputed": "Its own words do not agree on it.",
}


@dataclass(frozen=True)
class SelfCheck:
    """A question, its options, the right one, and why; `step` is where to read on."""

    ask: str
    options: tuple[str, ...]
    answer: str
    why: str
    step: str


def self_checks(tour: Tour) -> list[SelfCheck]:
    """Make the questions whose things and claims the tour has.

    >>> from kg.tour import read_tour
    >>> from kg.store import load
    >>> check = self_checks(read_tour(load(cache=False)))[1]
    >>> check.ask, check.answer
    ('With selinexor, is there more or less of this: osteoclastogenesis?', 'less')
    """
    steps = {step.key: step for step in tour.steps}
    made: list[SelfCheck] = []
    for key, thing in _MORE_OR_LESS:
        made += _more_or_less(tour, steps[key], thing) if key in steps else ()
    for key, claim in _HOW_SURE:
        made += _how_sure(steps[key], claim) if key in steps else ()
    for key in _NOT_PRINTED:
        made += _not_printed(steps[key]) if key in steps else ()
    return made


def _more_or_less(tour: Tour, step: Step, thing: str) -> Iterator[SelfCheck]:
    if thing in step.effects:
        effect = step.effects[thing]
        ask = f"With {tour.treatment}, is there more or less of this: {step.things[thing].label}?"
        yield SelfCheck(ask, ("more", "less"), effect.word, effect.path, step.key)


def _how_sure(step: Step, claim: str) -> Iterator[SelfCheck]:
    for card in step.cards:
        if card.key == claim and _stand(card) in _SURE:
            label = card.claim.label.removeprefix("not: ")
            yield SelfCheck(
                f"What does the review say of this: {label}?",
                tuple(_SURE.values()),
                _SURE[_stand(card)],
                "; ".join(f"{name}: {card.facts[name]}" for name in _TELLING if name in card.facts),
                step.key,
            )


def _stand(card: Card) -> str:
    return "denied" if card.claim.look == "negated" else card.group


def _not_printed(step: Step) -> Iterator[SelfCheck]:
    """Ask which claim of a step is a bridge, if exactly one is."""
    bridges = [card for card in step.cards if card.group == "bridge"]
    printed = [card for card in step.cards if card.group == "stated" and card.claim.look != "negated"]
    if len(bridges) == 1 and printed:
        (bridge,) = bridges
        options = sorted(card.claim.label for card in [bridge, *printed[: _MOST_OPTIONS - 1]])
        why = bridge.facts.get("reason for the bridge", "")
        ask = f"{step.label}: which of these does the review not print?"
        yield SelfCheck(ask, tuple(options), bridge.claim.label, why, step.key)

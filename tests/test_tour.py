"""The guided tour: its steps, what they claim, and what the treatment changes in them."""

import pytest

from kg.explain import explain
from kg.self_checks import self_checks
from kg.store import Graph
from kg.tour import GROUPS, Step, Tour


def step(tour: Tour, name: str) -> Step:
    return next(step for step in tour.steps if step.key == f"kgd:Step_{name}")


def test_steps_come_in_their_order(tour: Tour) -> None:
    """The tour goes from normal export to what is unknown."""
    assert [step.number for step in tour.steps] == list(range(1, 10))
    assert (tour.steps[0].label, tour.steps[-1].label) == ("Normal export", "What is unknown")


def test_steps_play_in_their_cells(tour: Tour) -> None:
    """Bone and platelets have cells of their own."""
    assert step(tour, "bone").cell == "osteoclast precursor"
    assert step(tour, "platelets").cell == "precursor hematopoietic stem cell"
    assert step(tour, "oncoprotein_mRNA").cell == "any cell"


def test_every_shown_statement_is_told(tour: Tour, loaded: Graph) -> None:
    """No statement that a step shows is lost on its way to the page."""
    shown = loaded.query("SELECT ?step ?claim { ?step kg:shows ?claim . ?claim kg:subject ?any }")
    told = {(step.key, card.key) for step in tour.steps for card in step.cards}
    assert told == {(row["step"], row["claim"]) for row in shown}


def test_cards_follow_the_source(tour: Tour) -> None:
    """Claims are told in the order in which the source prints them; bridges, which it does not print, lead."""
    platelets = [card.key for card in step(tour, "platelets").cards if card.group == "stated"]
    assert platelets[0] == "kgd:Statement_TPO_increases_STAT3_phosphorylation"
    assert platelets[-1] == "kgd:Statement_selinexor_induces_thrombocytopenia"


def test_effects_are_those_of_explained_paths(tour: Tour, loaded: Graph) -> None:
    """What a picture calls more or less has the sign of every path that `kg explain` finds in that cell."""
    compared = 0
    for at in tour.steps:
        for thing, effect in at.effects.items():
            found = explain(loaded, tour.treatment, thing)
            words = {
                path.sign_word for path in found.paths if at.cell == "any cell" or not path_leaves(path.contexts, at)
            }
            assert words == {"increases" if effect.sign > 0 else "decreases"}, (at.label, thing)
            compared += 1
    assert compared >= 25


def path_leaves(contexts: tuple[str, ...], at: Step) -> bool:
    """Tell whether a path plays in another cell than the step."""
    homes = {"osteoclast precursor": "osteoclast precursors with RANKL", "malignant cell": "malignant cells"}
    home = homes.get(at.cell, f"{at.cell}s")
    return any(context not in (home, "any cell", "patients treated with selinexor") for context in contexts)


@pytest.mark.parametrize(
    ("name", "thing", "word"),
    [
        ("docking", "kgd:Protein_XPO1", "less active"),
        ("tumor_suppressors", "kgd:Export_TSP", "less"),
        ("tumor_suppressors", "kgd:Pool_TSP_nucleus", "more"),
        ("oncoprotein_mRNA", "kgd:Process_oncoprotein_synthesis", "less"),
        ("glucocorticoid_receptor", "kgd:Process_GR_cell_death", "more"),
        ("bone", "kgd:Process_osteoclastogenesis", "less"),
        ("platelets", "kgd:Process_megakaryocyte_maturation", "less"),
        ("platelets", "kgd:AdverseEvent_thrombocytopenia", "more"),
        ("unknown", "kgd:AdverseEvent_vomiting", "more"),
    ],
)
def test_effects_read_as_the_review_does(tour: Tour, name: str, thing: str, word: str) -> None:
    """Read against the review, section by section."""
    assert step(tour, name).effects[thing].word == word


def test_disputed_effect_is_not_shown_as_one(tour: Tour) -> None:
    """What the review says of the function of tumour suppressors is in doubt: no arrow up or down."""
    at = step(tour, "tumor_suppressors")
    assert "kgd:Activity_TSP_function" not in at.effects
    groups = {card.key: card.group for card in at.cards}
    assert groups["kgd:Statement_selinexor_inhibits_TSP_function"] == "disputed"


def test_untreated_panel_shows_no_effect(tour: Tour) -> None:
    """Without the treatment nothing is more or less, and the drug is not there."""
    for at in tour.steps:
        for panel in at.panels:
            if panel.name == "untreated":
                assert [box.label for box in panel.boxes if box.effect or box.label == tour.treatment] == []


def test_each_certainty_has_its_group(tour: Tour) -> None:
    """Known, suggested, doubtful, unknown and added stand apart, and all of them occur."""
    assert {card.group for at in tour.steps for card in at.cards} == {group for group, _ in GROUPS}
    for at in tour.steps:
        for card in at.cards:
            if card.group == "stated":
                assert card.facts["certainty"] == "asserted as fact"
                assert "disputed" not in card.facts


def test_self_checks_have_their_answer_among_the_options(tour: Tour) -> None:
    """Each question can be answered, and not by every option."""
    checks = self_checks(tour)
    assert len(checks) >= 6
    for check in checks:
        assert check.options.count(check.answer) == 1
        assert len(check.options) > 1
        assert check.why
        assert check.step in {at.key for at in tour.steps}


def test_self_check_answers_read_as_the_review_does(tour: Tour) -> None:
    """The answers that a student takes home, read against the review."""
    answers = {check.ask: check.answer for check in self_checks(tour)}
    assert answers["With selinexor, is there more or less of this: osteoclastogenesis?"] == "less"
    assert answers["What does the review say of this: selinexor affects osteoblast?"] == "It denies it."
    doubt = "What does the review say of this: selinexor inhibits function of tumor suppressor proteins?"
    assert answers[doubt] == "Its own words do not agree on it."

"""Signed paths: those of the real graph, and the refusals on graphs made to tempt the search."""

import json
import shutil
from itertools import pairwise
from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.explain
import kg.paths
from kg.edges import read_edges
from kg.errors import NotFoundError, UsageError
from kg.explain import Explanation, Path, explain, sign_faults
from kg.files import Files, default_files
from kg.paths import Crossing, net_sign, search
from kg.store import Graph, load
from small_project import PREFIXES, write

MK = "precursor hematopoietic stem cells"
BONE = "osteoclast precursors with RANKL"
FACT = "asserted as fact"
NFKB_BONE = "RANKL-induced NF-κB activity in osteoclast precursors"
NFATC1_BONE = "RANKL-induced NFATc1 activity in osteoclast precursors"
MRNA_EXPORT = "nuclear export of oncoprotein mRNA with eIF4E"
TSP_EXPORT = "nuclear export of tumor suppressor proteins"
TSP_POOL = "tumor suppressor proteins in the nucleus"
STAT3_EXPORT = "nuclear export of STAT3"
RETENTION = "nuclear retention of phosphorylated STAT3"
MATURATION = "megakaryocyte differentiation and maturation"


def _chain(path: Path) -> str:
    """Write a path as labels and signs, a bridge with double signs."""
    words = [path.steps[0].subject.label]
    for step in path.steps:
        sign = {1: "+", -1: "-", None: "~"}[step.sign]
        words += [sign * 2 if step.kind == "bridge" else sign, step.object.label]
    return " ".join(words)


def _chains(found: Explanation) -> list[str]:
    return [_chain(path) for path in found.paths]


# ---- the real graph

# The chains that the review tells, each from its first to its last thing.
CHAINS = [
    # normal and blocked way to platelets
    ("thrombopoietin", MATURATION, f"thrombopoietin + STAT3 phosphorylation ++ {STAT3_EXPORT} + {MATURATION}"),
    ("selinexor", MATURATION, f"selinexor - XPO1 - {RETENTION} - {MATURATION}"),
    # oncoprotein mRNA
    (
        "eIF4E",
        "oncoprotein synthesis in the cytoplasm",
        f"eIF4E + {MRNA_EXPORT} + oncoprotein synthesis in the cytoplasm",
    ),
    *(
        (
            "selinexor",
            protein,
            f"selinexor - {MRNA_EXPORT} + translation of {protein} mRNA in the cytoplasm ++ {protein}",
        )
        for protein in ("cyclin D1", "BCL2", "c-myc")
    ),
    # tumor suppressors stay; what the sentence prints of their function is disputed, see below
    ("selinexor", TSP_POOL, f"selinexor - {TSP_EXPORT} - {TSP_POOL}"),
    # the glucocorticoid receptor
    (
        "selinexor",
        "antitumor activity and cell death with dexamethasone",
        "selinexor + glucocorticoid receptor expression + antitumor activity and cell death with dexamethasone",
    ),
    # bone
    ("RANKL", "bone resorption", f"RANKL + {NFATC1_BONE} + bone resorption"),
    ("RANKL", "osteoclastogenesis", f"RANKL + {NFKB_BONE} + osteoclastogenesis"),
    # binding site and resistance
    (
        "cysteine 528 of XPO1",
        "XPO1-mediated nuclear export",
        "cysteine 528 of XPO1 ++ binding of selinexor to cysteine 528 of XPO1 - XPO1-mediated nuclear export",
    ),
    (
        "heterozygous cysteine 528 mutation of XPO1",
        "selinexor resistance",
        "heterozygous cysteine 528 mutation of XPO1 + SINE resistance ++ selinexor resistance",
    ),
    # the brain, and eltanexor's trade-off
    (
        "selinexor",
        "vomiting",
        "selinexor + direct stimulation of the vomiting center + vomiting",
    ),
    (
        "eltanexor",
        "fatigue",
        "eltanexor ++ reduced blood–brain barrier penetration of eltanexor - fatigue",
    ),
    (
        "eltanexor",
        "anti-myeloma activity of eltanexor in the central nervous system",
        "eltanexor ++ reduced blood–brain barrier penetration of eltanexor"
        " - anti-myeloma activity of eltanexor in the central nervous system",
    ),
    # XVd
    ("bortezomib dose", "peripheral neuropathy", "bortezomib dose ++ peripheral neuropathy"),
    ("selinexor", "hematologic toxicity", "selinexor ++ hematologic toxicity"),
    # from evidence to approval to guideline, which no sign joins
    (
        "NCT01607892",
        "penta-refractory multiple myeloma (approval of July 2019)",
        "NCT01607892 ~ STORM ~ STORM part 2 ~ Xd ~ penta-refractory multiple myeloma (approval of July 2019)",
    ),
    (
        "BOSTON",
        "myeloma relapsing early, after one to three therapies",
        "BOSTON ~ XVd ~ myeloma relapsing early, after one to three therapies",
    ),
]


@pytest.mark.parametrize(("start", "end", "chain"), CHAINS)
def test_chain_of_the_review_is_walkable(loaded: Graph, start: str, end: str, chain: str) -> None:
    """Among the paths shown, none of which leaves its context, and each step says how sure it is."""
    found = explain(loaded, start, end)
    assert chain in _chains(found)
    for path in found.paths:
        assert not path.crossings
        assert all(step.certainty for step in path.steps)


def test_line_of_records_has_no_sign(loaded: Graph) -> None:
    """Studies, approvals and advice are no causes; the text says so, with dates and who advised."""
    text = explain(loaded, "BOSTON", "myeloma relapsing early, after one to three therapies").text()
    assert "Path 1: line of records, no sign, asserted as fact" in text
    assert "BOSTON ~~> XVd   basis of the approval of" in text
    assert "NCCN guidelines, category 1" in text
    assert "-->" not in text


def test_thrombocytopenia_is_explained_two_ways(loaded: Graph) -> None:
    """By lost export and by retention of STAT3, each ending in the one bridge."""
    found = explain(loaded, "selinexor", "thrombocytopenia")
    assert _chains(found) == [
        f"selinexor - XPO1 + {STAT3_EXPORT} + {MATURATION} -- thrombocytopenia",
        f"selinexor - XPO1 - {RETENTION} - {MATURATION} -- thrombocytopenia",
    ]
    assert {(path.sign, path.certainty, path.contexts, path.bridges) for path in found.paths} == {(1, FACT, (MK,), 1)}
    steps = [step for path in found.paths for step in path.steps]
    assert {step.references for step in steps} == {(73,)}
    assert [step.context for step in found.paths[0].steps] == [MK, MK, MK, "any cell"]
    assert [bool(step.places) for step in found.paths[0].steps] == [True, True, True, False]


def test_net_effect_is_compared_not_walked(loaded: Graph) -> None:
    """The claim that selinexor induces thrombocytopenia stands beside the steps."""
    found = explain(loaded, "selinexor", "thrombocytopenia")
    (claim,) = found.net_effects
    assert (claim.source, claim.references, claim.note) == (
        "kgd:Statement_selinexor_induces_thrombocytopenia",
        (73, 74),
        "same sign",
    )
    assert claim.source not in {step.source for path in found.paths for step in path.steps}


def test_side_effects_of_steps_are_told(loaded: Graph) -> None:
    """KLF4 and OCT4 hang on the retention, off the path."""
    found = explain(loaded, "selinexor", "thrombocytopenia")
    assert [step.also for step in found.paths[1].steps] == [
        (f"enables {STAT3_EXPORT}",),
        ("increases KLF4 expression and activity", "increases OCT4 expression and activity"),
        (),
        (),
    ]


def test_text_shows_steps_for_terminal(loaded: Graph) -> None:
    """The whole answer, place and references included."""
    found = explain(loaded, "TPO", "Export_STAT3")
    printed, bridge = found.paths[0].steps
    assert bridge.note.startswith("curator: The source names phosphorylation")
    assert found.text().splitlines() == [
        f"thrombopoietin -> {STAT3_EXPORT}: 1 path",
        f"Path 1: increases (+), possible, in {MK}, 1 bridge",
        "  1. thrombopoietin --> STAT3 phosphorylation   increases   asserted as fact"
        f"   in {MK}   refs 73   {printed.places[0]}",
        f"  2. STAT3 phosphorylation ==> {STAT3_EXPORT}   enables   bridge, possible   in {MK}",
        f"     {bridge.note}",
        f"     also contributes to {MATURATION}",
        "legend: --> activates, --| inhibits; ..> ..| the same, worded weaker than fact;"
        " ==> ==| bridge, not printed by the source; ~~~ same agent, no sign",
    ]


def test_osteoclastogenesis_decreases_by_two_activities(loaded: Graph) -> None:
    """RANKL-induced NF-κB and NFATc1, both in osteoclast precursors."""
    found = explain(loaded, "selinexor", "osteoclastogenesis")
    assert _chains(found) == [
        f"selinexor - {NFKB_BONE} + osteoclastogenesis",
        f"selinexor - {NFATC1_BONE} + osteoclastogenesis",
    ]
    assert {(path.sign_word, path.contexts) for path in found.paths} == {("decreases", (BONE,))}
    assert {step.references for path in found.paths for step in path.steps} == {(11,)}
    assert [claim.note for claim in found.net_effects] == ["same sign"]


def test_oncoprotein_synthesis_stays_in_any_cell(loaded: Graph) -> None:
    """The narrower edge to XPO1 in blood-forming cells is not chosen where nothing else asks for that cell."""
    found = explain(loaded, "selinexor", "oncoprotein synthesis in the cytoplasm")
    assert _chains(found) == [
        f"selinexor - {MRNA_EXPORT} + oncoprotein synthesis in the cytoplasm",
        f"selinexor - XPO1 + {MRNA_EXPORT} + oncoprotein synthesis in the cytoplasm",
    ]
    assert {(path.sign, path.contexts) for path in found.paths} == {(-1, ("any cell",))}
    assert found.paths[1].steps[0].references == (37, 38, 39, 40)


def test_statement_stands_for_its_event_edge(loaded: Graph) -> None:
    """XPO1 enables the export of oncoprotein mRNA by definition and by the source: the source is shown."""
    found = explain(loaded, "XPO1", MRNA_EXPORT)
    assert [[step.kind for step in path.steps] for path in found.paths] == [["statement"]]


def test_proapoptotic_action_comes_from_retention(loaded: Graph) -> None:
    """By the pool in the nucleus and its bridge, never by the disputed inactivation."""
    found = explain(loaded, "selinexor", "proapoptotic action against tumor cells")
    assert _chains(found) == [
        f"selinexor - {TSP_EXPORT} - {TSP_POOL} ++ proapoptotic action against tumor cells",
        f"selinexor - XPO1 + {TSP_EXPORT} - {TSP_POOL} ++ proapoptotic action against tumor cells",
    ]
    assert {path.sign for path in found.paths} == {1}
    event = found.paths[0].steps[1]
    assert (event.kind, event.note) == ("event", f"by definition of {TSP_EXPORT}")
    assert event.text() == (f"{TSP_EXPORT} --| {TSP_POOL}   decreases   by definition of {TSP_EXPORT}   in any cell")


def test_disputed_statement_is_not_walked(loaded: Graph) -> None:
    """The functional inactivation of tumour suppressors gives no path, and is named as what is in the way."""
    found = explain(loaded, "selinexor", "function of tumor suppressor proteins")
    assert found.paths == ()
    assert found.nearby == (
        "in the way, disputed: selinexor inhibits function of tumor suppressor proteins (refs 41, 42, 43, 44)",
        "--stitched finds no path either",
    )


@pytest.mark.parametrize(
    ("end", "denied"),
    [
        ("osteoblast", "selinexor affects osteoblast (refs 11)"),
        ("death of normal cells", "XPO1-mediated nuclear export prevents death of normal cells (refs 38, 39, 40)"),
    ],
)
def test_negated_statement_is_not_walked(loaded: Graph, end: str, denied: str) -> None:
    """With a sign or without, in neither mode."""
    found = explain(loaded, "selinexor", end)
    assert found.text().splitlines() == [
        f"selinexor -> {end}: no path",
        f"  in the way, denied by the source: {denied}",
        "  --stitched finds no path either",
    ]
    assert explain(loaded, "selinexor", end, stitched=True).paths == ()


def test_resistance_is_not_reached_from_bone(loaded: Graph) -> None:
    """NF-κB blocked in bone says nothing of NF-κB in tumour cells."""
    found = explain(loaded, "selinexor", "selinexor resistance")
    assert (found.paths, found.net_effects) == ((), ())
    assert found.nearby == ("--stitched finds 2 paths that change context and have no sign",)


def test_stitched_resistance_has_no_sign(loaded: Graph) -> None:
    """The step from one NF-κB activity to the other names both contexts."""
    deactivated, path = explain(loaded, "selinexor", "selinexor resistance", stitched=True).paths
    tumor = "elevated NF-κB activity in tumor cells"
    assert _chain(path) == f"selinexor - {NFKB_BONE} ~ {tumor} + selinexor resistance"
    assert (path.sign, path.sign_word) == (None, "undetermined")
    assert path.crossings == (Crossing(BONE, "in vitro tumor models"),)
    assert _chain(deactivated) == f"selinexor + NF-κB deactivation ~ {tumor} + selinexor resistance"
    assert (deactivated.sign, deactivated.sign_word) == (None, "undetermined")
    summary = f"undetermined, asserted as fact, in {BONE} and in vitro tumor models"
    assert path.text().splitlines()[:2] == [
        summary,
        f"  no net sign: crosses from {BONE} to in vitro tumor models",
    ]


def test_same_agent_at_an_end_names_its_settings(loaded: Graph) -> None:
    """Where no statement stands before the step, the activity's own cell and stimulus do."""
    (path,) = explain(loaded, "Activity_NFkB_RANKL", "selinexor resistance", stitched=True).paths
    assert path.crossings == (Crossing("osteoclast precursor with RANKL", "in vitro tumor models"),)


def test_stitched_keeps_signs_of_whole_paths(loaded: Graph) -> None:
    """Allowing more does not take away what was there."""
    plain, stitched = (explain(loaded, "selinexor", "osteoclastogenesis", stitched=mode) for mode in (False, True))
    assert [path for path in stitched.paths if path.sign] == list(plain.paths)


def test_thrombopoietin_prevents_thrombocytopenia(loaded: Graph) -> None:
    """Two bridges, with printed steps between them."""
    (path,) = explain(loaded, "thrombopoietin", "thrombocytopenia").paths
    chain = f"thrombopoietin + STAT3 phosphorylation ++ {STAT3_EXPORT} + {MATURATION} -- thrombocytopenia"
    assert (_chain(path), path.sign, path.bridges) == (chain, -1, 2)


def test_net_effect_without_steps_says_so(loaded: Graph) -> None:
    """It is the path where the source gives no other."""
    found = explain(loaded, "XPO1 expression", "unregulated tumor cell proliferation")
    (step,) = found.paths[0].steps
    assert (step.note, step.sign, found.net_effects) == ("stated as a net effect, no steps given", 1, ())
    assert step.note in found.text()


def test_every_path_of_the_graph_keeps_the_law(loaded: Graph) -> None:
    """Between all pairs of ends: nothing disputed or denied, no doubled bridge, one value for each facet."""
    barred = set(
        loaded.query(
            "SELECT DISTINCT ?s { ?s kg:subject [] . { ?s kg:polarity kg:Negated } UNION { ?s kg:disputedIn [] } }"
        ).column("s")
    )
    assert len(barred) >= 4
    book = read_edges(loaded)
    starts, ends = {edge.subject for edge in book.steps}, {edge.object for edge in book.steps}
    routes = [
        route for start in starts for end in ends - {start} for route in search(book, book.network, (start, end)).routes
    ]
    assert len(routes) > 50
    for route in routes:
        facets = {facet for edge in route for facet in edge.facets.items()}
        assert len(facets) == len(dict(facets))
        assert barred.isdisjoint(edge.source for edge in route)
        assert ("bridge", "bridge") not in pairwise(edge.kind for edge in route)


def test_net_effects_agree_with_their_steps(loaded: Graph) -> None:
    """The source contradicts none of its own mechanisms."""
    assert sign_faults(loaded) == []


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [("selinexor", "KPT-330", UsageError), ("selinexor", "no such thing", NotFoundError)],
)
def test_wrong_ends_are_refused(loaded: Graph, start: str, end: str, fault: type[Exception]) -> None:
    """Two names of one thing, and a name of none."""
    with pytest.raises(fault):
        explain(loaded, start, end)


def test_dictionary_survives_json(loaded: Graph) -> None:
    """Sign and word, CURIE and label are there."""
    found = json.loads(json.dumps(explain(loaded, "selinexor", "thrombocytopenia").to_dict()))
    assert found["start"] == {"curie": "kgd:Drug_selinexor", "label": "selinexor"}
    assert [(path["sign"], path["path_sign"]) for path in found["paths"]] == [(1, "increases")] * 2
    assert found["paths"][0]["steps"][0]["references"] == [73]


# ---- made-up graphs, with the real ontology and rules

THINGS = (
    "".join(f'kgd:{name} a kg:Protein ; rdfs:label "{name}" .\n' for name in "ABCDEFGHIJK")
    + """
kgd:Heart a kg:CellType ; rdfs:label "heart cell" . kgd:Lung a kg:CellType ; rdfs:label "lung cell" .
kgd:Flu a kg:Disease ; rdfs:label "flu" .
kgd:In_heart a kg:Context ; rdfs:label "heart" ; kg:inCell kgd:Heart .
kgd:In_lung a kg:Context ; rdfs:label "lung" ; kg:inCell kgd:Lung .
kgd:In_flu a kg:Context ; rdfs:label "flu" ; kg:inDisease kgd:Flu .
kgd:Cold a kg:Disease ; rdfs:label "cold" .
kgd:In_cold a kg:Context ; rdfs:label "common cold" ; kg:inDisease kgd:Cold .
kgd:With_E a kg:Context ; rdfs:label "with E" ; kg:stimulus kgd:E .
kgd:With_F a kg:Context ; rdfs:label "with F" ; kg:stimulus kgd:F .
kgd:In_lung_flu a kg:Context ; rdfs:label "lung in flu" ; kg:inCell kgd:Lung ; kg:inDisease kgd:Flu .
kgd:Context_any_cell a kg:Context ; rdfs:label "any cell" .
"""
)

LABELS = {"In_heart": "heart", "In_flu": "flu", "With_E": "with E"}


def _claim(text: str, kind: str = "Mechanism", **more: str) -> str:
    """Write a statement such as `A increases B`; `more` are its other properties."""
    subject, predicate, end = text.split()
    name = "_".join([subject, predicate, end, kind, *more.values()]).translate(str.maketrans(":, ", "___"))
    rest = "".join(f" ; kg:{key} {value}" for key, value in {"polarity": "kg:Affirmed", **more}.items())
    parts = f"kg:subject kgd:{subject} ; kg:predicate kg:{predicate} ; kg:object kgd:{end}{rest}"
    return f"kgd:Statement_{name} a kg:{kind}Statement ; {parts} .\n"


@pytest.fixture
def made(tmp_path: FilePath) -> "Maker":
    return Maker(tmp_path)


class Maker:
    """Load a graph of some statements."""

    def __init__(self, root: FilePath) -> None:
        self.root = root

    def __call__(self, *claims: str) -> Graph:
        real = default_files()
        shutil.copytree(real.ontology, self.root / "ontology")
        shutil.copytree(real.queries / "rules", self.root / "queries" / "rules")
        write(self.root, "data/triples/made.ttl", PREFIXES + THINGS + "".join(claims))
        return load(Files(self.root), cache=False)


def test_two_bridges_in_a_row_are_refused(made: Maker) -> None:
    """With a printed step between them they are walked."""
    graph = made(
        _claim("A increases B", "Bridge"),
        _claim("B increases C", "Bridge"),
        _claim("B increases D"),
        _claim("D increases C", "Bridge"),
    )
    assert _chains(explain(graph, "A", "C")) == ["A ++ B + D ++ C"]


def test_same_agent_does_not_part_two_bridges(made: Maker) -> None:
    """Bridge, same agent, bridge has nothing printed in it."""
    graph = made(
        _claim("A increases B", "Bridge"),
        _claim("C increases D", "Bridge"),
        "kgd:B kg:activityOf kgd:K . kgd:C kg:activityOf kgd:K .\n",
    )
    assert explain(graph, "A", "D", stitched=True).paths == ()
    assert _chains(explain(graph, "A", "C", stitched=True)) == ["A ++ B ~ C"]
    assert explain(graph, "B", "C", stitched=True).paths == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [("In_heart", "In_lung"), ("In_heart", "In_lung_flu"), ("In_flu", "In_cold"), ("With_E", "With_F")],
)
def test_change_of_context_is_refused(made: Maker, first: str, second: str) -> None:
    """Of cell, disease or stimulus, even with a step of any cell between; stitched it is a path without a sign."""
    graph = made(
        _claim("A increases B", context=f"kgd:{first}"),
        _claim("B decreases C"),
        _claim("C increases D", context=f"kgd:{second}"),
    )
    assert explain(graph, "A", "D").paths == ()
    (path,) = explain(graph, "A", "D", stitched=True).paths
    assert (path.sign, len(path.crossings), path.crossings[0].before) == (None, 1, LABELS[first])


def test_facets_that_differ_in_kind_fit(made: Maker) -> None:
    """A cell and a disease do not contradict each other."""
    graph = made(_claim("A increases B", context="kgd:In_lung"), _claim("B decreases C", context="kgd:In_flu"))
    (path,) = explain(graph, "A", "C").paths
    assert (path.sign, path.contexts) == (-1, ("lung", "flu"))


def test_parallel_edge_fits_rest_of_path(made: Maker) -> None:
    """The most specific that fits, then the surer; what fits nothing else is left."""
    graph = made(
        _claim("A increases B"),
        _claim("A increases B", context="kgd:In_heart"),
        _claim("A increases B", context="kgd:In_lung"),
        _claim("A increases B", context="kgd:In_lung", certainty="kg:Possible"),
        _claim("B increases C", context="kgd:In_lung"),
        _claim("B increases D", context="kgd:In_flu"),
    )
    contexts = {end: [step.context for step in explain(graph, "A", end).paths[0].steps] for end in "CD"}
    assert contexts == {"C": ["lung", "lung"], "D": ["any cell", "flu"]}
    assert explain(graph, "A", "C").paths[0].certainty == FACT


def test_statement_is_preferred_to_bridge(made: Maker) -> None:
    """What the source prints needs no curator."""
    graph = made(_claim("A increases B", "Bridge"), _claim("A increases B", context="kgd:In_heart"))
    assert _chains(explain(graph, "A", "B")) == ["A + B"]


def test_opposite_signs_make_two_paths(made: Maker) -> None:
    """One must not hide the other."""
    graph = made(_claim("A increases B"), _claim("A decreases B"), _claim("B increases C"))
    assert sorted(_chains(explain(graph, "A", "C"))) == ["A + B + C", "A - B + C"]


def test_certainty_is_of_weakest_step(made: Maker) -> None:
    """And its arrow is dotted."""
    graph = made(
        _claim("A increases B", certainty="kg:StronglySuggested"),
        _claim("B decreases C", certainty="kg:Possible"),
        _claim("C increases D"),
    )
    (path,) = explain(graph, "A", "D").paths
    assert (path.certainty, path.sign) == ("possible", -1)
    assert [step.text().split()[1] for step in path.steps] == ["..>", "..|", "-->"]


def test_paths_are_ranked_and_counted(made: Maker) -> None:
    """Fewest bridges, then certainty, then steps, then labels; five are shown."""
    graph = made(
        _claim("A increases K", "Bridge"),
        _claim("A increases B", certainty="kg:Suggested"),
        _claim("B increases K"),
        _claim("A increases C"),
        _claim("C increases D"),
        _claim("D increases K"),
        *(claim for name in "FEHG" for claim in (_claim(f"A increases {name}"), _claim(f"{name} increases K"))),
    )
    found = explain(graph, "A", "K")
    assert _chains(found) == ["A + E + K", "A + F + K", "A + G + K", "A + H + K", "A + C + D + K"]
    assert found.more == 2
    assert "and 2 more paths" in found.text()


def test_paths_end_after_eight_steps(made: Maker) -> None:
    """Nine are one too many."""
    graph = made(*(_claim(f"{one} increases {two}") for one, two in pairwise("ABCDEFGHIJ")))
    assert len(explain(graph, "A", "I").paths[0].steps) == 8
    assert explain(graph, "A", "J").paths == ()


def test_search_says_when_it_stops(made: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cap that is reached is part of the answer."""
    graph = made(_claim("A increases C"), _claim("A increases B"), _claim("B increases C"))
    assert explain(graph, "A", "C").complete
    for module in (kg.explain, kg.paths):
        monkeypatch.setattr(module, "MOST_EXAMINED", 1)
    assert "stopped after 1 routes; there may be more paths" in explain(graph, "A", "C").text()


def test_net_effect_joins_steps_as_last_resort(made: Maker) -> None:
    """Only while no path of steps exists, and no single claim."""
    claims = [_claim("A increases B", "NetEffect"), _claim("B increases C")]
    assert _chains(explain(made(*claims), "A", "C")) == ["A + B + C"]


def test_cap_on_steps_shows_beside_net_effect(made: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A net effect that stands in for unseen steps must not pass for all there is."""
    bridges = [_claim(f"{pair[0]} increases {pair[1]}", "Bridge") for pair in ("AB", "BC", "AD", "DC")]
    graph = made(*bridges, _claim("A increases C", "NetEffect"))
    for module in (kg.explain, kg.paths):
        monkeypatch.setattr(module, "MOST_EXAMINED", 1)
    found = explain(graph, "A", "C")
    assert (_chains(found), found.complete) == (["A + C"], False)


def test_statement_stands_for_event_in_its_context(made: Maker) -> None:
    """The narrower context of the printed statement holds for both edges."""
    event = 'kgd:Out a kg:TransportEvent ; rdfs:label "out" ; kg:carrier kgd:A ; kg:cargo kgd:B .\n'
    graph = made(event, _claim("A enables Out", context="kgd:In_heart"))
    assert [(step.kind, step.context) for step in explain(graph, "A", "out").paths[0].steps] == [("statement", "heart")]


def test_event_keeps_its_cell(made: Maker) -> None:
    """What follows from an event of one cell does not reach another."""
    event = 'kgd:Out a kg:TransportEvent ; rdfs:label "out" ; kg:carrier kgd:A ; kg:inCell kgd:Heart .\n'
    graph = made(event, _claim("Out increases B", context="kgd:In_lung"), _claim("Out increases C"))
    assert explain(graph, "A", "B").paths == ()
    assert explain(graph, "A", "C").paths[0].contexts == ("heart cell",)


def test_same_agent_steps_do_not_chain(made: Maker) -> None:
    """From the first activity to the third there is a step of its own."""
    graph = made(
        "kgd:B kg:activityOf kgd:K . kgd:C kg:activityOf kgd:K . kgd:D kg:activityOf kgd:K .\n", _claim("A increases B")
    )
    assert _chains(explain(graph, "A", "D", stitched=True)) == ["A + B ~ D"]


def test_bridges_rank_before_certainty(made: Maker) -> None:
    """A printed possibility comes before what curators add as fact."""
    graph = made(
        _claim("A increases C", "Bridge"), _claim("A increases B", certainty="kg:Possible"), _claim("B increases C")
    )
    assert _chains(explain(graph, "A", "C")) == ["A + B + C", "A ++ C"]


def test_only_supporting_evidence_is_cited(made: Maker) -> None:
    """A line that disputes the statement is no reference for it."""
    lines = (
        "kgd:R1 kg:number 1 . kgd:R2 kg:number 2 . kgd:L1 kg:cites kgd:R1 .\n"
        "kgd:L2 kg:cites kgd:R2 ; kg:direction kg:Disputes .\n"
    )
    graph = made(lines, _claim("A increases B", evidenceLine="kgd:L1, kgd:L2"))
    assert [step.references for step in explain(graph, "A", "B").paths[0].steps] == [(1,)]


def test_associations_enter_no_path(made: Maker) -> None:
    """A relation without a sign is no cause."""
    graph = made(_claim("A correlatesWith B", "Association"), _claim("B increases C"))
    assert explain(graph, "A", "C").paths == ()


def test_contradicted_net_effect_is_a_fault(made: Maker) -> None:
    """Only by paths of a context that fits the claim's."""
    graph = made(
        _claim("A increases C", "NetEffect", context="kgd:In_heart"),
        _claim("A increases B"),
        _claim("B decreases C", context="kgd:In_heart"),
        _claim("A increases F"),
        _claim("F decreases C", context="kgd:In_lung"),
        _claim("A decreases D"),
        _claim("D decreases C"),
        _claim("A decreases C", "NetEffect", context="kgd:In_heart", polarity="kg:Negated"),
    )
    assert sign_faults(graph) == [
        "kgd:Statement_A_increases_C_NetEffect_kgd_In_heart: A increases C (+1), but the path A --> B --| C gives -1"
    ]
    notes = [claim.note for claim in explain(graph, "A", "C").net_effects]
    assert notes == ["same sign as 1 of 2 paths"]


# ---- signs

# A missing sign is rare here: one in a list hides all others.
SIGNS = st.lists(st.sampled_from([1, -1] * 5 + [None]), max_size=4)


@given(st.lists(SIGNS, max_size=4))
def test_signs_compose_in_any_grouping(groups: list[list[int | None]]) -> None:
    """The sign of a whole path is that of its parts."""
    flat = [sign for group in groups for sign in group]
    assert net_sign(net_sign(group) for group in groups) == net_sign(flat)


def test_missing_sign_leaves_none() -> None:
    """Two inhibitions and a step without a sign are no activation."""
    assert net_sign([-1, None, -1]) is None


@given(st.lists(st.sampled_from([1, -1]), min_size=1))
def test_sign_counts_inhibitions(signs: list[int]) -> None:
    """An even number of inhibitions activates."""
    assert net_sign(signs) == (-1 if signs.count(-1) % 2 else 1)

"""The command line, run as a user runs it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import kg
from command import KG
from kg import cli
from kg.files import Files
from kg.results import FORMATS
from kg.store import load
from small_project import make_project, write

ROOT = Path(__file__).resolve().parents[1]

TEXT = textwrap.dedent(
    """\
    # A made-up paper

    #### Results

    Of 25 patients 12 came twice, and 12 of them were well.<sup>3</sup>
    """
)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return make_project(tmp_path / "project")


def _environment(files: Files) -> dict[str, str]:
    home = str(files.root.parent / "cache")
    # Unbuffered output would hide what happens to a buffer that nobody reads.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**inherited, "KG_HOME": str(files.root), "XDG_CACHE_HOME": home, "PYTHONPATH": str(ROOT / "src")}


def _kg(files: Files, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KG, *arguments],
        env=_environment(files),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def _answer(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_saved_question_is_answered(files: Files) -> None:
    """By its name, in the format asked for."""
    expected = "drug,label\nkgd:Drug_a,aknib\nkgd:Drug_b,beknib\n"
    assert _answer(_kg(files, "query", "drugs", "--format", "csv")) == (0, expected, "")


def test_parameter_is_passed_on(files: Files) -> None:
    """An equals sign in the value belongs to the value."""
    done = _kg(files, "query", "drugs", "-p", "label=beknib", "-p", "least=1", "--format", "tsv")
    assert _answer(done) == (0, "drug\tlabel\nkgd:Drug_b\tbeknib\n", "")
    query = 'SELECT ?x { FILTER(?x = "a=b") }'
    assert _kg(files, "query", "-", "-p", "x=a=b", "--format", "csv", stdin=query).stdout == "x\na=b\n"


def test_query_comes_from_file_or_input(files: Files) -> None:
    """The prefixes are known in both."""
    query = "SELECT (kgd:Drug_a AS ?x) { }"
    path = write(files.root, "mine.rq", query)
    assert _answer(_kg(files, "query", str(path))) == (0, "x\n----------\nkgd:Drug_a\n", "")
    assert _answer(_kg(files, "query", "-", stdin=query)) == (0, "x\n----------\nkgd:Drug_a\n", "")


def test_questions_are_listed(files: Files) -> None:
    """By group, with audience, parameters and defaults; a group of one's own comes after ours."""
    expected = (
        "others\n  drugs: Which drugs are there, by name?\n      for students\n"
        "      -p label=  the exact name\n      -p least=0  the least value\n"
    )
    assert _answer(_kg(files, "query", "--list")) == (0, expected, "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["query", "drgs"], 1, "kg: no question 'drgs'; did you mean drugs?; kg query --list shows all\n"),
        (["query", "no.rq"], 1, "kg: cannot read no.rq: No such file or directory\n"),
        (["query", "-"], 1, None),
        (["query", "drugs", "-p", "x=1"], 2, "kg: no parameter x; there are label, least\n"),
        (["query", "drugs", "-p", "label"], 2, "kg: -p label: write -p NAME=VALUE\n"),
        (["query"], 2, "kg: name a question, a .rq file or - (kg query --list shows the questions)\n"),
        (["verify", "--other-rendition"], 2, "kg: --other-rendition needs --text FILE\n"),
        (["verify", "--text", "no.txt"], 1, None),
        (["format", "-"], 1, "kg: cannot read -: No such file or directory\n"),
        (["format", "no.ttl"], 1, "kg: cannot read no.ttl: No such file or directory\n"),
        (["locate", "--text", "no.txt", "--find", "5"], 1, None),
    ],
)
def test_fault_is_one_line(files: Files, arguments: list[str], code: int, message: str | None) -> None:
    """On standard error, with nothing on standard output and the exit code of its kind."""
    done = _kg(files, *arguments, stdin="?")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith("kg: ")
    assert message is None or done.stderr == message


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["query", "drugs", "--format", "xml"], ["locate", "--text", "x"]]
)
def test_wrong_use_exits_with_two(files: Files, arguments: list[str]) -> None:
    """The usage is printed, no traceback."""
    done = _kg(files, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: kg")


def test_every_broken_file_has_its_line(files: Files) -> None:
    """Two broken files are two lines."""
    write(files.root, "data/triples/x.ttl", "a")
    write(files.root, "data/triples/y.ttl", "b")
    done = _kg(files, "stats")
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "data/triples/x.ttl:1",
        "data/triples/y.ttl:1",
    ]


def test_counts_are_printed(files: Files) -> None:
    """As a table of any format."""
    counts = json.loads(_kg(files, "stats", "--format", "json").stdout)
    assert counts[1] == {"what": "triples", "name": "derived", "count": "3"}


def test_place_is_printed_ready_to_paste(files: Files) -> None:
    """One place by options, the same one by a batch line."""
    text = write(files.root, "paper.md", TEXT)
    by_options = _kg(
        files, "locate", "--text", str(text), "--section", "Results", "--find", "25", "--name", "kgd:Place_n"
    )
    assert (by_options.returncode, by_options.stderr) == (0, "")
    assert by_options.stdout.startswith('kgd:Place_n kg:section "Results" ; kg:citationMark kgd:Reference_3 ; ')
    by_batch = _kg(files, "locate", "--text", str(text), "--batch", "-", stdin="kgd:Place_n\tResults\t25\n")
    assert _answer(by_batch) == _answer(by_options)


def test_ambiguous_place_needs_a_number(files: Files) -> None:
    """Each candidate is a line; --nth chooses."""
    text = write(files.root, "paper.md", TEXT)
    done = _kg(files, "locate", "--text", str(text), "--find", "12")
    assert (done.returncode, done.stdout, done.stderr.count("kg: ")) == (1, "", 3)
    assert _kg(files, "locate", "--text", str(text), "--find", "12", "--nth", "2").returncode == 0


def test_formatting_writes_only_what_changes(files: Files) -> None:
    """A file in the layout is left alone; --check writes nothing and fails."""
    good = write(files.root, "good.ttl", "@prefix kgd: <https://w3id.org/xpo1-kg/data/> .\n\nkgd:a kgd:b kgd:c .\n")
    bad = write(files.root, "bad.ttl", "@prefix kgd: <https://w3id.org/xpo1-kg/data/> .\n\nkgd:a\n kgd:b kgd:c.\n")
    before = (bad.read_text(), good.stat().st_ino)
    checked = _kg(files, "format", "--check", str(good), str(bad))
    assert _answer(checked) == (1, "bad.ttl: not in the project's layout\n", "")
    assert (bad.read_text(), good.stat().st_ino) == before
    assert _answer(_kg(files, "format", str(good), str(bad))) == (0, "bad.ttl: laid out\n", "")
    assert (bad.read_text(), good.stat().st_ino) == (good.read_text(), before[1])


def test_formatting_all_includes_prefixes(files: Files) -> None:
    """What `kg check` looks at is what `kg format` lays out."""
    files.prefixes.write_text(files.prefixes.read_text() + "\n\n\n")
    assert any("ontology/prefixes.ttl" in str(fault) for fault in load(files).check().faults)
    assert "ontology/prefixes.ttl: laid out\n" in _kg(files, "format").stdout
    assert not any("layout" in str(fault) for fault in load(files).check().faults)


def test_one_bad_file_stops_all_formatting(files: Files) -> None:
    """No file is changed when another cannot be read."""
    bad = write(files.root, "bad.ttl", "<urn:a>\n <urn:b> <urn:c>.\n")
    broken = write(files.root, "broken.ttl", '<urn:a> <urn:b> "c .\n')
    done = _kg(files, "format", str(bad), str(broken))
    assert (done.returncode, done.stdout) == (1, "")
    assert bad.read_text() == "<urn:a>\n <urn:b> <urn:c>.\n"


@pytest.mark.parametrize("pattern", ["?a a kg:Drug", "?a ?p ?q . ?b ?r ?s . ?c ?t ?u"])
def test_closed_pipe_is_no_fault(files: Files, pattern: str) -> None:
    """`kg query … | head -1` is quiet and succeeds, whether the answer is shorter than a buffer or longer."""
    query = f"SELECT (STR(?a) AS ?x) {{ {pattern} }}"
    started = subprocess.Popen(
        [*KG, "query", "-"],
        env=_environment(files),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert started.stdin
    assert started.stdout
    assert started.stderr
    started.stdout.close()
    started.stdin.write(query)
    started.stdin.close()
    assert (started.stderr.read(), started.wait(60)) == ("", 0)
    started.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_disk_is_one_line(files: Files) -> None:
    """An answer that cannot be written is a fault, said once."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*KG, "query", "drugs"],
            env=_environment(files),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "kg: cannot write the answer: No space left on device\n")


def test_answers_are_utf8_in_any_locale(files: Files) -> None:
    """A Greek letter is not a fault of a Latin terminal."""
    environment = {**_environment(files), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [*KG, "query", "-", "--format", "csv"],
        env=environment,
        input="SELECT ('NF-κB' AS ?x) { }".encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "x\nNF-κB\n".encode(), b"")


def test_interrupt_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """As shells expect."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_graph", interrupted)
    assert cli.main(["stats"]) == 130


@pytest.mark.parametrize(
    "command", ["query", "explain", "check", "verify", "locate", "view", "stats", "mcp", "doctor", "format"]
)
def test_every_command_has_help(files: Files, command: str) -> None:
    """And the top level names each."""
    assert _kg(files, command, "--help").stdout.startswith(f"usage: kg {command}")
    assert f"\n    {command} " in _kg(files, "--help").stdout


def test_version_is_that_of_the_project(files: Files) -> None:
    """The package, the command and pyproject.toml agree."""
    assert _answer(_kg(files, "--version")) == (0, f"kg {kg.__version__}\n", "")
    assert f'\nversion = "{kg.__version__}"\n' in (ROOT / "pyproject.toml").read_text()


def test_formats_are_those_of_tables() -> None:
    """The option's choices are typed again to save an import."""
    assert list(FORMATS) == list(cli.TABLE_FORMATS)


def test_import_and_help_load_nothing_heavy(files: Files) -> None:
    """`import kg` loads no engine; `kg --help` not even the typing module."""
    heavy = [
        "rdflib",
        "networkx",
        "pyvis",
        "owlready2",
        "pyoxigraph",
        "pandas",
        "jinja2",
        "typing",
        "shutil",
        "pathlib",
    ]
    code = f"""
import sys, kg, kg.cli
try:
    kg.cli.main(["--help"])
except SystemExit:
    pass
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env=_environment(files),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_package_exports_load_on_demand() -> None:
    """Every promised name is there, and no other."""
    assert [type(getattr(kg, name)).__name__ for name in sorted(kg.__all__)] == [
        "type",
        "type",
        "type",
        "str",
        "function",
    ]
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = kg.lode

"""Completion in a real bash, as argcomplete sets it up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import _COMMANDS, EXPORT_FORMATS
from kg.questions import get_question, list_questions
from kg.view import VIEWS

BIN = Path(sys.executable).parent
SCRIPT = """
eval "$(register-python-argcomplete kg)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_WORDBREAKS=' '
_python_argcomplete kg
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _completed(line: str) -> list[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", SCRIPT, "bash", line],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [word.strip() for word in done.stdout.splitlines() if word.strip()]


def test_commands_are_completed() -> None:
    """By their beginning, or all of them."""
    assert _completed("kg ver") == ["verify"]
    assert set(_completed("kg ")) == set(_COMMANDS)


def test_saved_questions_are_completed() -> None:
    """After `kg query`, with every name that begins so."""
    names = [one.name for one in list_questions()]
    assert _completed("kg query respo") == [name for name in names if name.startswith("respo")]
    assert set(names) <= set(_completed("kg query "))


def test_parameters_are_those_of_the_question() -> None:
    """After -p, once the question stands before it."""
    expected = [f"{one.name}=" for one in get_question("reported_values").parameters]
    assert _completed("kg query reported_values -p ") == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kg export ", list(EXPORT_FORMATS)),
        ("kg cite --format b", ["bibtex"]),
        ("kg view ", list(VIEWS)),
        ("kg serve --answer", ["--answer-size"]),
    ],
)
def test_formats_and_options_are_completed(line: str, words: list[str]) -> None:
    """What a command knows before it runs."""
    assert _completed(line) == words

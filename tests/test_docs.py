"""The documents say what is so: every command in the README runs, every command of the program is named there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli import _COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KG = Path(sys.executable).with_name("kg")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def _commands() -> list[str]:
    """Collect the lines of the shell blocks that call the program, without comments."""
    lines = [line.partition("  #")[0].strip() for block in _blocks("sh") for line in block.splitlines()]
    parts = [part.strip().removeprefix(".venv/bin/") for line in lines for part in line.split("&&")]
    return [part for part in parts if part.startswith("kg ")]


COMMANDS = _commands()


def test_readme_is_short_and_shows_commands() -> None:
    """One screen for each reader, and something to run on each."""
    assert len(README.splitlines()) <= 150
    assert len(COMMANDS) == 19


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_command_runs(command: str, tmp_path: Path) -> None:
    """Each command exits with 0, prints something, and says nothing on standard error."""
    done = subprocess.run(
        [str(KG), *shlex.split(command)[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_readme_output_is_real() -> None:
    """The output shown is what the first command prints."""
    [shown] = _blocks("text")
    printed = subprocess.run(
        [str(KG), "explain", "selinexor", "thrombocytopenia"], capture_output=True, text=True, check=True
    )
    assert printed.stdout.startswith(shown)


def test_readme_python_runs() -> None:
    """The library example runs as it stands."""
    [example] = _blocks("python")
    done = subprocess.run([sys.executable, "-W", "error", "-c", example], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "decreases"


def test_every_command_is_in_the_readme_or_changelog() -> None:
    """Nobody has to find a command by chance."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in _COMMANDS:
        assert f"kg {name}" in README or f"`{name}`" in changelog


def test_links_of_the_documents_lead_somewhere() -> None:
    """Every relative link of the Markdown files names a file."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [
        (file, link) for file in files for link in re.findall(r"\]\(([^)#\s]+)\)", file.read_text(encoding="utf-8"))
    ]
    relative = [(file, link) for file, link in links if "://" not in link]
    assert len(relative) >= 5
    assert [link for file, link in relative if not (file.parent / link).exists()] == []

"""Completion of the command line in bash, zsh and fish, by the package argcomplete."""

from __future__ import annotations

import argparse
from typing import Any

from kg.errors import KgError

__all__ = ["complete"]


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell that asks for the rest of a command, and end; without argcomplete there is nothing to offer."""
    try:
        import argcomplete
    except ImportError:
        return
    completers = {"question": _questions, "params": _parameters, "form": _formats, "name": _names}
    for action in _actions(parser):
        if action.dest in completers:
            action.completer = completers[action.dest]
    argcomplete.autocomplete(parser, always_complete_options=False)


def _actions(parser: argparse.ArgumentParser) -> list[Any]:
    """List the options and arguments of all commands."""
    found: list[Any] = []
    for action in parser._actions:
        commands = action.choices.values() if isinstance(action, argparse._SubParsersAction) else ()
        found += [action, *(inner for command in commands for inner in command._actions)]
    return found


def _questions(prefix: str, **_: object) -> list[str]:
    from argcomplete.completers import FilesCompleter

    from kg.files import default_files

    try:
        saved = [path.stem for path in default_files().saved("questions")]
    except KgError:
        saved = []
    files: list[str] = FilesCompleter(("rq",))(prefix)
    return saved + files


def _parameters(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    from kg.questions import get_question

    try:
        return [f"{parameter.name}=" for parameter in get_question(parsed_args.question or "").parameters]
    except KgError:
        return []


def _formats(**_: object) -> list[str]:
    from kg.cli import EXPORT_FORMATS

    return list(EXPORT_FORMATS)


def _names(parser: argparse.ArgumentParser, **_: object) -> list[str]:
    from kg.view import VIEWS

    return list(VIEWS) if parser.prog.endswith(" view") else []

"""One line on a terminal that tells what takes long; elsewhere nothing, and nothing in the first second."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["bar", "clear", "tell", "telling"]

_ERASE = "\r\x1b[K"


class _Line:
    """The words of the line, and whether it stands on the terminal."""

    words = ""
    shown = False
    lock = threading.Lock()


def tell(words: str) -> None:
    """Say what is being done; it is shown while `telling`.

    >>> tell("writing the pages")
    """
    _Line.words = words


def bar(done: int, whole: int, name: str, width: int = 30) -> str:
    """Draw how much is done.

    >>> bar(1, 2, "data.nq", 10)
    '[#####.....]  50 % data.nq'
    """
    share = done / max(whole, 1)
    return f"[{'#' * int(share * width):.<{width}}] {share:4.0%} {name}".replace("%", " %")


def clear() -> None:
    """Take the line away, so that an answer may be written; nothing is shown until something is told again."""
    with _Line.lock:
        _Line.words = ""
        if _Line.shown:
            print(_ERASE, end="", file=sys.stderr, flush=True)
            _Line.shown = False


@contextmanager
def telling(command: str) -> Iterator[None]:
    """Show, once a second and only on a terminal, the command, what was told last, and how long it has taken.

    >>> with telling("kg build"):
    ...     tell("writing the pages")
    """
    if not sys.stderr.isatty():
        yield
        return
    _Line.words = "…"
    done = threading.Event()
    thread = threading.Thread(target=_repeat, args=(command, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        clear()


def _repeat(command: str, done: threading.Event) -> None:
    seconds = 0
    while not done.wait(1):
        seconds += 1
        with _Line.lock:
            if _Line.words:
                line = f"{command}, {seconds} s: {_Line.words}"[: shutil.get_terminal_size().columns - 1]
                print(_ERASE + line, end="", file=sys.stderr, flush=True)
                _Line.shown = True

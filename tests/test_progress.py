"""What takes long is told on a terminal, and nowhere else."""

import os
import pty
import re
import subprocess
import time
from pathlib import Path

from command import KG


def _on_terminal(*command: str) -> tuple[str, str]:
    """Run a command whose standard error is a terminal; give what it wrote there, and its standard output."""
    terminal, end = pty.openpty()
    with subprocess.Popen([*KG, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end) as process:
        os.close(end)
        told = b""
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
            told += piece
        assert process.stdout
        output = process.stdout.read().decode()
    os.close(terminal)
    assert process.returncode == 0, told
    return told.decode(), output


def test_terminal_sees_what_is_done(tmp_path: Path) -> None:
    """The line says what is written and for how long, fits the terminal, and is gone at the end."""
    told, output = _on_terminal("build", str(tmp_path / "site"))
    lines = told.split("\r\x1b[K")
    assert re.fullmatch(r"kg build, 1 s: .+", lines[1])
    assert any("writing entities" in line for line in lines)
    assert lines[-1] == ""
    assert output.startswith("wrote ")


def test_short_command_tells_nothing() -> None:
    """Nothing flickers where the answer comes at once; a busy machine may need longer, and may say so."""
    begun = time.monotonic()
    told, output = _on_terminal("query", "--list")
    assert told == "" or time.monotonic() - begun > 1
    assert "response_rates" in output


def test_pipe_gets_nothing_but_the_answer() -> None:
    """Whoever reads standard error by machine finds no such line, though the checks take longer than a second."""
    done = subprocess.run([*KG, "check"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert done.stdout.endswith(b" findings of the source\n")
    assert done.stderr == b""

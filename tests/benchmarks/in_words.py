"""Compare queries that somebody wrote from words with the stored answers of the thirty questions.

    python tests/benchmarks/in_words.py --questions          print the questions with their columns, one a line
    python tests/benchmarks/in_words.py FOLDER               compare FOLDER/NAME.rq with the answer of each

A stored row counts as found if some row of the answer has all its cells, whatever the columns are called. Rows beyond
the stored ones are counted, not judged.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from kg.errors import KgError
from kg.files import default_files
from kg.questions import run
from kg.store import load

ANSWERS = Path(__file__).parents[1] / "answers_in_words"
# Whether something is so may be told by another word, or by a row that is there.
YES_OR_NO = {"", "true", "false"}


def main(folder: Path | None) -> None:
    """Print a line for each question, and how many were answered whole."""
    graph, whole = load(), 0
    for path in sorted((default_files().root / "queries" / "in_words").glob("*.rq")):
        if folder is None:
            asked = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# in words: ")
            print(f"{path.stem}: {asked} Columns: {', '.join(_table(path.stem)[0])}")
            continue
        wanted = _stored(path.stem)
        try:
            rows = run(graph.store, (folder / path.name).read_text(encoding="utf-8")).rows
        except (KgError, OSError) as fault:
            print(f"{path.stem:36} not answered: {' '.join(str(fault).split())[:100]}")
            continue
        found = sum(any(_says(row, cells) for row in rows) for cells in wanted)
        whole += found == len(wanted)
        print(f"{path.stem:36} {found:3} of {len(wanted):3} rows, in an answer of {len(rows)}")
    if folder is not None:
        print(f"all rows found: {whole} questions")


def _table(name: str) -> list[list[str]]:
    with (ANSWERS / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t"))


def _stored(name: str) -> list[list[str]]:
    return [[cell for cell in row if cell not in YES_OR_NO] for row in _table(name)[1:]]


def _says(row: tuple[str, ...], cells: list[str]) -> bool:
    return all(any(cell in said for said in row) for cell in cells)


if __name__ == "__main__":
    main(None if sys.argv[1:] in ([], ["--questions"]) else Path(sys.argv[1]))

"""Send thousands of bad requests to a live `kg serve`, and count what comes back.

    python tests/benchmarks/bad_requests.py [--count 10000] [--seed 1]

Ends with 1 if anything happened that must not: a fault of the server's own, a traceback or a file of the machine in an
answer, a fault in the log, a worker that stays away, or a plain query that is not answered afterwards.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from nonsense import CANARY, Bad, bad_request, breaches, heads, received, status
from serving import Server, serving

CLIENTS = 8
WORKERS = 4


def main() -> int:
    """Send them, print the counts, and say what was wrong."""
    parser = argparse.ArgumentParser(description="send bad requests to a live kg serve")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    requests = (bad_request(rng) for _ in range(arguments.count))
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "serve"
        folder.mkdir()
        (folder / "canary.txt").write_text(CANARY)
        with serving(folder, "--timeout", "2", "--workers", str(WORKERS)) as server:
            begun = time.perf_counter()
            counts, wrong = _sent(server, requests)
            seconds = time.perf_counter() - begun
            wrong += server.faults(WORKERS)
    for (kind, code), count in sorted(counts.items()):
        print(f"{kind}\t{code}\t{count}")
    for code in sorted({code for _, code in counts}):
        print(f"all\t{code}\t{sum(count for (_, other), count in counts.items() if other == code)}")
    print(
        f"{arguments.count} requests in {seconds:.0f} s, {len(wrong)} breaches",
        *(words[:2000] for words in wrong[:20]),
        sep="\n",
    )
    return 1 if wrong else 0


def _sent(server: Server, requests: object) -> tuple[Counter[tuple[str, str]], list[str]]:
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []

    def send(request: Bad) -> None:
        answer = received(server.port, request)
        codes = [str(status(head)) for head in heads(answer)] or ["none"]
        counts.update((request.kind, code) for code in codes)
        wrong.extend(breaches(request, answer))

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(send, requests))  # type: ignore[call-overload]
    return counts, wrong


if __name__ == "__main__":
    sys.exit(main())

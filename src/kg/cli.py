"""The command `kg`.

Each command imports what it uses when it runs, so that `kg --help` loads little more than the parser of arguments.
"""

from __future__ import annotations

import argparse
import os
import sys

from kg import __version__
from kg.errors import KgError, UsageError

TYPE_CHECKING = False  # as in kg/__init__.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kg.places import Place
    from kg.source import Rendition
    from kg.store import Graph

    Command = Callable[[argparse.Namespace], int]

__all__ = ["main"]

# As in kg.results, kg.cite, kg.export and kg.report: to import these costs more than all of `kg --help`; tests compare.
TABLE_FORMATS = ("table", "csv", "tsv", "json", "md")
CITE_FORMATS = ("bibtex", "ris")
EXPORT_FORMATS = ("turtle", "ntriples", "rdfxml", "jsonld", "rdf12", "kgx", "graphml", "csv", "void", "docs")
DIFF_FORMATS = ("text", *TABLE_FORMATS)
REPORT_FORMATS = ("table", "md", "csv", "html")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 answered, 1 a known fault, 2 wrong use, 130 interrupted.

    >>> main(["query"])
    2
    """
    try:
        if "_ARGCOMPLETE" in os.environ:  # a shell asks
            from kg.completion import complete

            complete(_parser(list(_COMMANDS)))
        arguments = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
        run: Command = arguments.run
        if arguments.command == "load" and argv is None:  # this process is that command and nothing else
            from kg.large_pages import start_again

            start_again()
        if arguments.command in _LASTING:
            return run(arguments)
        from kg.progress import telling

        with telling(f"kg {arguments.command}"):
            return run(arguments)
    except KgError as fault:
        for line in fault.lines:
            print(f"kg: {line}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:
        _discard_output()
        return 0  # the reader (`head`) has what it wanted; 1 would promise a line about what went wrong
    except KeyboardInterrupt:
        return 130


# ---- options


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser; only a command that is named gets its options, for `kg --help` shows none."""
    about = "Ask the knowledge graph of XPO1 inhibition in myeloma."
    parser = argparse.ArgumentParser(prog="kg", description=about, formatter_class=_help_formatter)
    parser.add_argument("--version", action="version", version=f"kg {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for name, (run, options, help_text) in _COMMANDS.items():
        about = f"{help_text[0].upper()}{help_text[1:]}."
        made = commands.add_parser(name, help=help_text, description=about, formatter_class=_help_formatter)
        if name in argv:
            options(made)
        made.set_defaults(run=run)
    return parser


def _help_formatter(prog: str) -> argparse.HelpFormatter:
    """Fit the help to the terminal; left to itself, argparse imports every compression module to learn its width."""
    try:
        width = os.get_terminal_size().columns
    except OSError:
        width = 100
    return argparse.HelpFormatter(prog, width=width - 2)


def _query_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="?", metavar="NAME|FILE|-", help="a saved question, a .rq file, or - to read")
    parser.add_argument("-p", dest="params", action="append", default=[], metavar="NAME=VALUE", help="set a parameter")
    parser.add_argument("--format", choices=TABLE_FORMATS, default="table", help="how to write the answer")
    _endpoint_option(parser)
    parser.add_argument("--list", action="store_true", help="list the saved questions and their parameters")


def _endpoint_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", metavar="URL", help="ask this SPARQL endpoint, not the embedded engine")


def _explain_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", metavar="FROM", help="a label, a CURIE or an identifier")
    parser.add_argument("end", metavar="TO", help="likewise")
    parser.add_argument("--stitched", action="store_true", help="cross changes of cell, disease or stimulus (no sign)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to write the paths")
    _endpoint_option(parser)


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shapes", action="store_true", help="validate against the SHACL shapes as well")


def _verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="FILE", help="the review's text; without it the token table is read")
    parser.add_argument("--other-rendition", action="store_true", help="the text is another one: check less")
    parser.add_argument("--coverage", action="store_true", help="list the numbers that no value or statement claims")


def _report_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", choices=("table1", "table2"), help="which of the paper's tables")
    parser.add_argument("--format", choices=REPORT_FORMATS, default="table", help="how to write the table")
    parser.add_argument("--text", metavar="FILE", help="the review's text, to compare labels and units as well")
    _endpoint_option(parser)


def _locate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="FILE", required=True, help="the review's text")
    parser.add_argument("--section", help="a heading of the running text, or a part of one")
    parser.add_argument("--table", type=int, metavar="N", help="the number of a table")
    parser.add_argument("--row", help="the first cell of a table row, or a part of it")
    parser.add_argument("--column", help="a heading of a table column, or a part of it")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--find", metavar="TOKEN", help="the text to find; FROM…TO for a stretch")
    wanted.add_argument("--batch", metavar="FILE|-", help="lines NAME, SECTION or TABLE|ROW|COLUMN, TOKEN, K")
    parser.add_argument("--nth", type=int, metavar="K", help="which one, where there are several")
    parser.add_argument("--rendition", default="", metavar="CURIE", help="whose text it is, if not the review's")
    parser.add_argument("--name", default="kgd:Place_NAME", metavar="CURIE", help="the name of the place")


def _view_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the view to draw: mechanism")
    parser.add_argument("--focus", metavar="ENTITY", help="draw what stands around this thing instead")
    parser.add_argument("--hops", type=int, metavar="N", help="how many statements away from it, 1 to 4; 1 if left out")
    parser.add_argument("-o", dest="output", required=True, metavar="FILE.html", help="the page to write")
    _endpoint_option(parser)


def _build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="where to; an older site there is replaced")


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help="the address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", default=8000, type=int, metavar="N", help="0 for any that is free (default: %(default)s)"
    )
    parser.add_argument("--store", metavar="PATH", help="serve this store of kg load, without the site")
    # The defaults of kg.pool.Limits, whose import would cost too much here; tests compare.
    for option, default, kind, meaning in (
        ("--timeout", 15.0, float, "seconds from the arrival of a query to its answer"),
        ("--memory", 1024, int, "MiB that a query may take beyond the data"),
        ("--answer-size", 32, int, "MiB that an answer may have"),
        ("--workers", 4, int, "queries that run at once"),
        ("--queue", 200, int, "queries that may wait for a worker"),
    ):
        parser.add_argument(option, default=default, type=kind, metavar="N", help=f"{meaning} (default: %(default)s)")
    parser.add_argument(
        "--allow-service", action="append", default=[], metavar="HOST", help="let queries call this host with SERVICE"
    )


def _mcp_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout", default=15.0, type=float, metavar="N", help="seconds that a query may take (default: %(default)s)"
    )
    parser.add_argument(
        "--memory", default=1024, type=int, metavar="N", help="MiB that it may take (default: %(default)s)"
    )


def _cite_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="ID", help="a value or a statement, as kgd:Value_… or kgd:Statement_…")
    parser.add_argument("--format", choices=CITE_FORMATS, default="bibtex", help="how to write the entries")


def _reason_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--why", nargs=2, metavar=("INDIVIDUAL", "CLASS"), help="say why one is in the other, or is not"
    )


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form", metavar="FORMAT", help=", ".join(EXPORT_FORMATS))
    parser.add_argument("folder", metavar="DIR", help="where to; made if it is not there")


def _load_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", nargs="+", metavar="DIR|FILE", help="a project folder, or RDF files and folders of them"
    )
    parser.add_argument(
        "--store", required=True, metavar="PATH", help="where the store is; an older one is replaced whole"
    )


def _push_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", metavar="URL", required=True, help="where the store answers queries")
    parser.add_argument("--update", metavar="URL", help="where it takes updates, if not where Oxigraph or Virtuoso do")
    parser.add_argument("--graph-store", metavar="URL", help="where it takes whole graphs, likewise")


def _diff_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a project folder, a folder of kg export, or an RDF file")
    parser.add_argument("new", metavar="NEW", help="likewise")
    parser.add_argument("--derived", action="store_true", help="compare what the rules derive as well")
    parser.add_argument("--format", choices=DIFF_FORMATS, default="text", help="how to write the changes")


def _stats_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=TABLE_FORMATS, default="table", help="how to write the counts")


def _format_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="FILE", help="Turtle files; all of the project if left out")
    parser.add_argument("--check", action="store_true", help="write nothing, name the files that would change")


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Leave a command without options."""


# ---- commands


def _query(arguments: argparse.Namespace) -> int:
    from kg.questions import catalogue, run

    if arguments.list:
        return _show_lines(catalogue())
    if arguments.question is None:
        raise UsageError("name a question, a .rq file or - (kg query --list shows the questions)")
    params = dict(_param(text) for text in arguments.params)
    from_file = arguments.question == "-" or arguments.question.endswith(".rq")
    if from_file and arguments.endpoint:
        from kg.remote import ask

        table = ask(arguments.endpoint, _read(arguments.question), params)
    elif from_file:
        table = run(_graph().store, _read(arguments.question), params)
    else:
        table = _graph(arguments.endpoint).query(arguments.question, **params)
    return _show(table.render(arguments.format))


def _param(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise UsageError(f"-p {text}: write -p NAME=VALUE")
    return name, value


def _explain(arguments: argparse.Namespace) -> int:
    import json

    found = _graph(arguments.endpoint).explain(arguments.start, arguments.end, stitched=arguments.stitched)
    if arguments.format == "json":
        return _show_lines([json.dumps(found.to_dict(), ensure_ascii=False, indent=1)])
    return _show_lines([found.text()])


def _check(arguments: argparse.Namespace) -> int:
    from kg.checks import run

    report = run(_graph(), shapes=arguments.shapes)
    _show_lines([report.text()])
    return 1 if report.faults else 0


def _verify(arguments: argparse.Namespace) -> int:
    from kg.coverage import coverage
    from kg.source import read_rendition
    from kg.verify import read_again

    if arguments.other_rendition and arguments.text is None:
        raise UsageError("--other-rendition needs --text FILE")
    rendition = None if arguments.text is None else read_rendition(arguments.text)
    read = read_again(_graph(), rendition, other_rendition=arguments.other_rendition)
    lines = [f"{fault.subject}: {fault.message}" for fault in read.faults]
    lines += coverage(read.records, read.tokens).lines() if arguments.coverage else []
    if read.unread:
        lines += [f"{read.unread} places of other sources are not read: give their text with --text"]
    _show_lines([*lines, f"{len(read.records)} places read again, {len(read.faults)} faults"])
    return 1 if read.faults else 0


def _report(arguments: argparse.Namespace) -> int:
    from kg.report import report
    from kg.source import read_rendition
    from kg.token_table import read_tokens

    graph = _graph(arguments.endpoint)
    rendition = None if arguments.text is None else read_rendition(arguments.text)
    made = report(graph, int(arguments.table[-1]), read_tokens(graph.files.tokens), rendition)
    _show(made.render(arguments.format))
    if arguments.format == "csv":  # whoever reads the table by machine must not stumble over the lines after it
        print(*made.lines(), sep="\n", file=sys.stderr)
    elif arguments.format != "html":  # the page holds them itself
        _show_lines(["", *_listed(made.lines(), arguments.format)])
    return 1 if made.faults else 0


def _listed(lines: list[str], form: str) -> Iterable[str]:
    return [*(f"- {line}" for line in lines[:-1]), "", lines[-1]] if form == "md" else lines


def _locate(arguments: argparse.Namespace) -> int:
    from kg.places import locate_batch
    from kg.source import read_rendition

    rendition = read_rendition(arguments.text)
    if arguments.batch is not None:
        places = locate_batch(rendition, _read(arguments.batch).splitlines())
    else:
        places = [(arguments.name, place) for place in _located(rendition, arguments)]
    return _show_lines(place.turtle(name, arguments.rendition) for name, place in places)


def _located(rendition: Rendition, arguments: argparse.Namespace) -> list[Place]:
    from kg.places import locate

    where = {key: getattr(arguments, key) for key in ("section", "table", "row", "column", "nth")}
    return locate(rendition, arguments.find, **where)


def _view(arguments: argparse.Namespace) -> int:
    page = _graph(arguments.endpoint).view(arguments.name, focus=arguments.focus, hops=arguments.hops)
    page.save(arguments.output)
    return _show_lines([f"wrote {arguments.output}; open it in a browser"])


def _build(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.site import build

    written = build(_graph(), Path(arguments.folder))
    return _show_lines([f"wrote {len(written)} files; open {Path(arguments.folder) / 'index.html'} in a browser"])


def _serve(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.pool import Limits
    from kg.serve import Settings, serve

    limits = Limits(
        workers=arguments.workers,
        queue=arguments.queue,
        seconds=arguments.timeout,
        memory=arguments.memory << 20,
        answer=arguments.answer_size << 20,
    )
    store = None if arguments.store is None else Path(arguments.store)
    settings = Settings(arguments.host, arguments.port, limits, tuple(arguments.allow_service), store)
    serve(_graph, settings, lambda url: _show_lines([f"serving {url} until Ctrl-C; SPARQL at {url}sparql"]))
    return 0


def _mcp(arguments: argparse.Namespace) -> int:
    from kg.mcp_server import LIMITS, serve_stdio

    if sys.stdin.isatty():
        print("kg: waiting for an assistant to speak; Ctrl-C ends this (docs/assistants.md)", file=sys.stderr)
    serve_stdio(_graph, LIMITS._replace(seconds=arguments.timeout, memory=arguments.memory << 20))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from kg.doctor import FAULT, examine, written

    findings = examine()
    _show_lines(written(findings, coloured=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return 1 if any(finding.state == FAULT for finding in findings) else 0


def _reason(arguments: argparse.Namespace) -> int:
    from kg.why import reason, why

    if arguments.why:
        return _show_lines([why(_graph(), *arguments.why)])
    lines, holds = reason(_graph())
    _show_lines(lines)
    return 0 if holds else 1


def _cite(arguments: argparse.Namespace) -> int:
    from kg.cite import cite

    return _show(cite(_graph(), arguments.name, arguments.format))


def _export(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.export import make_bundle, write_bundle

    bundle = make_bundle(_graph(), arguments.form)
    written = write_bundle(arguments.form, bundle, Path(arguments.folder))
    return _show_lines([*(f"wrote {path}" for path in written), "not in these files:", *bundle.lines()])


def _load(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.disk import load_into

    count = load_into(Path(arguments.store), [Path(source) for source in arguments.sources])
    return _show_lines([f"{arguments.store}: {count} triples"])


def _push(arguments: argparse.Namespace) -> int:
    from kg.push import find_target, push

    target = find_target(arguments.endpoint, arguments.update, arguments.graph_store)
    return _show_lines(push(_graph(), target))


def _diff(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.diff import diff

    found = diff(Path(arguments.old), Path(arguments.new), derived=arguments.derived)
    return _show(found.render(arguments.format))


def _stats(arguments: argparse.Namespace) -> int:
    from kg.stats import stats

    return _show(stats(_graph()).render(arguments.format))


def _format(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from kg.files import default_files, write_atomic

    files = default_files()
    paths = [Path(path) for path in arguments.paths] or files.turtle()
    changed = list(_laid_out(paths))
    if arguments.check:
        _show_lines(f"{files.shown(path)}: not in the project's layout" for path, _ in changed)
        return 1 if changed else 0
    for path, text in changed:
        write_atomic(path, text)
    return _show_lines(f"{files.shown(path)}: laid out" for path, _ in changed)


def _laid_out(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Lay out every file that needs it; nothing is written before all files have been read."""
    from kg.files import read_text
    from kg.layout import format_turtle

    changed, faults = [], []
    for path in paths:
        try:
            text = read_text(path)
            laid_out = format_turtle(text)
        except KgError as fault:
            faults += [line if str(path) in line else f"{path}: {line}" for line in fault.lines]
            continue
        if laid_out != text:
            changed.append((path, laid_out))
    if faults:
        raise KgError(faults)
    return changed


_COMMANDS: dict[str, tuple[Command, Callable[[argparse.ArgumentParser], None], str]] = {
    "query": (_query, _query_options, "answer a saved question, a .rq file or standard input"),
    "explain": (_explain, _explain_options, "show the signed paths from one thing to another"),
    "check": (_check, _check_options, "run every check; exit 1 on any fault"),
    "verify": (_verify, _verify_options, "re-read every place of the graph in the source"),
    "report": (_report, _report_options, "rebuild a table of the paper and compare it cell by cell"),
    "locate": (_locate, _locate_options, "print the place of a token, ready to paste"),
    "view": (_view, _view_options, "draw a part of the graph as one offline page"),
    "build": (_build, _build_options, "write the site: every page in one folder"),
    "serve": (_serve, _serve_options, "serve the site and a SPARQL endpoint on this machine"),
    "mcp": (_mcp, _mcp_options, "answer an assistant over standard input and output (Model Context Protocol)"),
    "cite": (_cite, _cite_options, "say how to cite a value or a statement"),
    "export": (_export, _export_options, "write the graph in a format of other tools, and say what that loses"),
    "load": (_load, _load_options, "build a store on disk from RDF files; killed at any moment, the old one stays"),
    "push": (_push, _push_options, "load the graph into another store; KG_ENDPOINT_USER, KG_ENDPOINT_PASSWORD log in"),
    "diff": (_diff, _diff_options, "tell two releases apart, fact by fact"),
    "reason": (_reason, _reason_options, "let HermiT check and classify the graph"),
    "stats": (_stats, _stats_options, "count what the graph holds"),
    "doctor": (_doctor, _no_options, "say what is installed and works, and how to get what is missing"),
    "format": (_format, _format_options, "lay out Turtle files"),
}

# These run until somebody ends them, which is no progress.
_LASTING = ("serve", "mcp")


# ---- reading and writing


def _graph(endpoint: str | None = None) -> Graph:
    if endpoint is not None:
        from kg.remote import remote_graph

        return remote_graph(endpoint)
    from kg.store import load

    return load()


def _read(name: str) -> str:
    """Read a whole text file, or standard input for `-`."""
    from pathlib import Path

    from kg.files import read_text

    if name != "-":
        return read_text(Path(name))
    try:
        return sys.stdin.buffer.read().decode()
    except OSError as fault:
        raise KgError(f"cannot read the input: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise KgError(f"the input is not UTF-8: {fault.reason} at byte {fault.start}") from fault


def _show_lines(lines: Iterable[str]) -> int:
    return _show("".join(f"{line}\n" for line in lines))


def _show(text: str) -> int:
    """Write an answer out in UTF-8, whatever the terminal's locale says; the exit code of success comes back."""
    from kg.progress import clear

    clear()
    try:
        sys.stdout.flush()
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        _discard_output()
        raise KgError(f"cannot write the answer: {fault.strerror}") from fault
    return 0


def _discard_output() -> None:
    """Let what is still in the buffer go nowhere: Python would write it once more at its end, and fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

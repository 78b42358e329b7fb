"""`kg serve` as a process of its own, asked over HTTP."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from kg import Graph, __version__
from kg.cli import main
from kg.remote import remote_graph
from kg.site_query import ENDPOINT
from kg.web_app import HEADERS
from serving import Server, serving, stored

NOT_HERE = "There is no page at this address."

# Each would name a file outside the site, or no file at all, if it were taken as it stands.
STRAY_PATHS = [
    "/nope",
    "/assets",
    "/../../../../../../etc/passwd",
    "/assets/../../../../../../etc/passwd",
    "/..%2f..%2f..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%5c..%5cetc%5cpasswd",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/%00",
    "/%ff",
    "/" + "a" * 5000,
    "/<script>alert(1)</script>",
]


# ---- what is answered


def test_every_file_of_the_site_is_served(site_server: Server, site_folder: Path) -> None:
    """Byte for byte what `kg build` writes, but for the script that says who answers; the first page is at the top."""
    written = {path.relative_to(site_folder).as_posix() for path in site_folder.rglob("*") if path.is_file()}
    assert len(written) > 700
    for name in sorted(written - {ENDPOINT}):
        answer = site_server.ask(f"/{name}")
        assert (answer.code, answer.body) == (200, (site_folder / name).read_bytes()), name
    assert site_server.ask("/").body == (site_folder / "index.html").read_bytes()


def test_media_types_are_told(site_server: Server) -> None:
    """A browser that may not guess needs the right type of page, script and style."""
    names = {"/": "text/html", "/assets/site.css": "text/css", "/assets/site.js": "text/javascript"}
    for path, media_type in names.items():
        assert site_server.ask(path).headers["Content-Type"] == f"{media_type}; charset=utf-8"


def test_every_answer_has_the_strict_headers(site_server: Server) -> None:
    """Pages, faults, refusals, short answers: all of them."""
    tag = site_server.ask("/").headers["ETag"]
    answers = {
        200: site_server.ask("/"),
        404: site_server.ask("/nope"),
        405: site_server.ask("/", "POST"),
        304: site_server.ask("/", If_None_Match=tag),
        206: site_server.ask("/", Range="bytes=0-9"),
    }
    for code, answer in answers.items():
        assert answer.code == code
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Server"] is None
    policy = site_server.ask("/health").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")


def test_what_is_unchanged_is_not_sent_again(site_server: Server) -> None:
    """A known tag is answered with 304 and nothing, another tag with the whole page."""
    whole = site_server.ask("/")
    assert site_server.ask("/", If_None_Match=whole.headers["ETag"])[::2] == (304, b"")
    assert site_server.ask("/", If_None_Match='"another"')[::2] == (200, whole.body)


def test_answers_are_packed_for_who_can_unpack(site_server: Server) -> None:
    """Only a browser that asks gets gzip, and a HEAD tells the same without the page."""
    plain, packed = site_server.ask("/"), site_server.ask("/", Accept_Encoding="gzip")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding, Origin"
    assert gzip.decompress(packed.body) == plain.body
    head = site_server.ask("/", "HEAD")
    assert (head.code, head.body, head.headers["Content-Length"]) == (200, b"", str(len(plain.body)))


@pytest.mark.parametrize("path", STRAY_PATHS)
def test_stray_paths_get_a_page_in_words(site_server: Server, path: str) -> None:
    """Nothing outside the site is read, and the page does not repeat what was asked."""
    answer = site_server.ask(path)
    assert answer.code == 404
    assert NOT_HERE in answer.body.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"script" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_written(site_server: Server, method: str) -> None:
    """The site is read only."""
    answer = site_server.ask("/index.html", method)
    assert (answer.code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert "takes only GET and HEAD" in answer.body.decode()


def test_health_tells_the_version(site_server: Server, loaded: Graph) -> None:
    """Whoever watches over the server learns that it lives, and which it is."""
    told = json.loads(site_server.ask("/health").body)
    assert (told["status"], told["version"]) == ("ok", __version__)
    assert told["workers"] > 0
    assert told["triples"] == len(loaded.store)


def test_site_and_services_stand_side_by_side(site_server: Server, loaded: Graph) -> None:
    """A thing's name leads to its page, a question to its rows, a misspelt name to its thing."""
    moved = site_server.ask("/entity/kgd:Drug_selinexor", Accept="text/html,*/*;q=0.8")
    assert (moved.code, moved.headers["Location"]) == (303, "/entity/Drug_selinexor.html")
    assert b"<h1>selinexor" in site_server.ask(moved.headers["Location"]).body
    rows = json.loads(site_server.ask("/api/questions/reported_values?study=BOSTON").body)
    assert rows == list(loaded.query("reported_values", study="BOSTON"))
    queries = quote(json.dumps({"a": {"query": "selinexr", "type": "Drug", "limit": 1}}))
    found = json.loads(site_server.ask(f"/reconcile?queries={queries}").body)["a"]["result"]
    assert [(thing["id"], thing["match"]) for thing in found] == [("Drug_selinexor", False)]


def test_endpoint_answers_as_the_command_does(site_server: Server, loaded: Graph) -> None:
    """`kg query --endpoint` asks this server the question that `kg query` asks the engine."""
    here = loaded.query("measured_values", measure="ORR")
    assert remote_graph(f"{site_server.address}sparql").query("measured_values", measure="ORR") == here
    assert len(here) > 10


# ---- beginning and end


def asks_and_never_reads(port: int, path: str) -> socket.socket:
    """Ask for more than the system keeps in its buffers, so that the server cannot be done with it."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    slow.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 1000)
    time.sleep(1)
    return slow


@pytest.mark.parametrize(
    ("sent", "code", "path"),
    [(signal.SIGINT, 130, "/"), (signal.SIGTERM, 143, f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o }')}")],
    ids=["SIGINT to a site", "SIGTERM to a store"],
)
def test_signal_ends_it_in_good_order(
    tmp_path: Path, loaded: Graph, sent: signal.Signals, code: int, path: str
) -> None:
    """Ctrl-C, or the word of a service manager: no traceback, nothing left behind, whoever is still connected."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    store = [] if path == "/" else ["--store", str(stored(tmp_path / "store", loaded.store))]
    with serving(scratch, *store) as running:
        idle = socket.create_connection(("127.0.0.1", running.port))
        slow = asks_and_never_reads(running.port, path)
        assert [left.name.startswith("kg-serve-") for left in scratch.iterdir()] == [True]
        running.process.send_signal(sent)
        out, _ = running.process.communicate(timeout=30)
        idle.close()
        slow.close()
    lines = [json.loads(line) for line in running.log.read_text(encoding="utf-8").splitlines()]
    assert (running.process.returncode, out) == (code, "")
    assert {(line["method"], line["path"], line.get("fault", "")) for line in lines} <= {
        ("GET", path.split("?")[0], "")
    }
    assert list(scratch.iterdir()) == []


def test_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    wanted = (
        f"kg: cannot listen on 127.0.0.1 port {port}: Address already in use; choose others with --host and --port\n"
    )
    assert capsys.readouterr() == ("", wanted)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 70, ""])
def test_bad_host_is_one_line(capsys: pytest.CaptureFixture[str], host: str) -> None:
    """An unknown name, an address of another machine, a name that cannot be one."""
    assert main(["serve", "--port", "0", "--host", host]) == 1
    out, fault = capsys.readouterr()
    assert out == ""
    assert fault.startswith(f"kg: cannot listen on {host} port 0: ")
    assert fault.count("\n") == 1


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_no_port_is_wrong_use(capsys: pytest.CaptureFixture[str], port: str) -> None:
    """Exit code 2, as for every option that makes no sense."""
    try:
        code = main(["serve", "--port", port])
    except SystemExit as ended:  # argparse's own way
        code = int(str(ended.code))
    assert code == 2
    assert "port" in capsys.readouterr().err


def test_missing_extra_names_the_install_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the web server the command says what brings it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 1
    assert capsys.readouterr().err == 'kg: serving needs a web server: pip install "xpo1-kg[serve]"\n'

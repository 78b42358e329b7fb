"""`kg serve` as a process of its own, asked over HTTP."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg import __version__, load
from kg.cli import main
from kg.remote import remote_graph
from kg.site import build
from kg.site_query import ENDPOINT
from kg.web_app import HEADERS
from serving import Server, serving

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


# ---- what is answered


def test_every_file_of_the_site_is_served(server: Server, tmp_path: Path) -> None:
    """Byte for byte what `kg build` writes, but for the script that says who answers; the first page is at the top."""
    written = build(load(), tmp_path / "site")
    assert len(written) > 2
    written.remove(tmp_path / "site" / ENDPOINT)
    for path in written:
        answer = server.ask("/" + path.relative_to(tmp_path / "site").as_posix())
        assert (answer.code, answer.body) == (200, path.read_bytes()), path
    assert server.ask("/").body == (tmp_path / "site" / "index.html").read_bytes()


def test_media_types_are_told(server: Server) -> None:
    """A browser that may not guess needs the right type of page, script and style."""
    names = {"/": "text/html", "/assets/site.css": "text/css", "/assets/site.js": "text/javascript"}
    for path, media_type in names.items():
        assert server.ask(path).headers["Content-Type"] == f"{media_type}; charset=utf-8"


def test_every_answer_has_the_strict_headers(server: Server) -> None:
    """Pages, faults, refusals, short answers: all of them."""
    tag = server.ask("/").headers["ETag"]
    answers = {
        200: server.ask("/"),
        404: server.ask("/nope"),
        405: server.ask("/", "POST"),
        304: server.ask("/", If_None_Match=tag),
        206: server.ask("/", Range="bytes=0-9"),
    }
    for code, answer in answers.items():
        assert answer.code == code
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Server"] is None
    assert server.ask("/health").headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


def test_what_is_unchanged_is_not_sent_again(server: Server) -> None:
    """A known tag is answered with 304 and nothing, another tag with the whole page."""
    whole = server.ask("/")
    assert server.ask("/", If_None_Match=whole.headers["ETag"])[::2] == (304, b"")
    assert server.ask("/", If_None_Match='"another"')[::2] == (200, whole.body)


def test_answers_are_packed_for_who_can_unpack(server: Server) -> None:
    """Only a browser that asks gets gzip, and a HEAD tells the same without the page."""
    plain, packed = server.ask("/"), server.ask("/", Accept_Encoding="gzip")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding, Origin"
    assert gzip.decompress(packed.body) == plain.body
    head = server.ask("/", "HEAD")
    assert (head.code, head.body, head.headers["Content-Length"]) == (200, b"", str(len(plain.body)))


@pytest.mark.parametrize("path", STRAY_PATHS)
def test_stray_paths_get_a_page_in_words(server: Server, path: str) -> None:
    """Nothing outside the site is read, and the page does not repeat what was asked."""
    answer = server.ask(path)
    assert answer.code == 404
    assert NOT_HERE in answer.body.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"script" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_written(server: Server, method: str) -> None:
    """The site is read only."""
    answer = server.ask("/index.html", method)
    assert (answer.code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert "with GET or HEAD" in answer.body.decode()


def test_health_tells_the_version(server: Server) -> None:
    """Whoever watches over the server learns that it lives, and which it is."""
    told = json.loads(server.ask("/health").body)
    assert (told["status"], told["version"]) == ("ok", __version__)
    assert told["workers"] > 0
    assert told["triples"] == len(load().store)


def test_site_and_services_stand_side_by_side(server: Server) -> None:
    """A thing's name leads to its page, a question to its rows, a misspelt name to its thing."""
    moved = server.ask("/entity/kgd:Drug_selinexor", Accept="text/html,*/*;q=0.8")
    assert (moved.code, moved.headers["Location"]) == (303, "/entity/Drug_selinexor.html")
    assert b"<h1>selinexor" in server.ask(moved.headers["Location"]).body
    rows = json.loads(server.ask("/api/questions/reported_values?study=BOSTON").body)
    assert rows == list(load().query("reported_values", study="BOSTON"))
    queries = quote(json.dumps({"a": {"query": "selinexr", "type": "Drug", "limit": 1}}))
    found = json.loads(server.ask(f"/reconcile?queries={queries}").body)["a"]["result"]
    assert [(thing["id"], thing["match"]) for thing in found] == [("Drug_selinexor", False)]


def test_endpoint_answers_as_the_command_does(server: Server) -> None:
    """`kg query --endpoint` asks this server the question that `kg query` asks the engine."""
    here = load().query("measured_values", measure="ORR")
    assert remote_graph(f"{server.address}sparql").query("measured_values", measure="ORR") == here
    assert len(here) > 10


# ---- beginning and end


def asks_and_never_reads(port: int) -> socket.socket:
    """Ask for more than the system keeps in its buffers, so that the server cannot be done with it."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
    time.sleep(1)
    return slow


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_ends_it_in_good_order(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """Ctrl-C, or the word of a service manager: no traceback, nothing left behind, whoever is still connected."""
    with serving(tmp_path) as running:
        idle = socket.create_connection(("127.0.0.1", running.port))
        slow = asks_and_never_reads(running.port)
        assert [path.name.startswith("kg-serve-") for path in tmp_path.iterdir()] == [True]
        running.process.send_signal(sent)
        out, _ = running.process.communicate(timeout=30)
        idle.close()
        slow.close()
    lines = [json.loads(line) for line in running.log.read_text(encoding="utf-8").splitlines()]
    assert (running.process.returncode, out) == (code, "")
    assert {(line["method"], line["path"], line.get("fault", "")) for line in lines} <= {("GET", "/", "")}
    assert list(tmp_path.iterdir()) == []


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

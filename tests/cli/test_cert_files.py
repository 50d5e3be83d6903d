"""`ringtrust cert csr` and `import` with their files, at a node that listens in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.cert_cluster import FAILED, NAME, NODE, Authority, OneNode, pem_of
from tests.cli.conftest import Answer, Run
from tests.support.scripted_cli import HOST, PASSWORD, USER, ScriptedCli, Talk

VARIABLE = "PASSWORD_OF_THE_NODE"
SETTINGS = """
[clusters.{name}]
publisher = "{host}"
ssh_port = {port}
platform = {{ user = "{user}", password_variable = "{variable}" }}
application = {{ user = "{user}", password_variable = "{variable}" }}
"""


async def _serve(server: ScriptedCli, begun: threading.Event, ended: asyncio.Event) -> None:
    async with server.listening():
        begun.set()
        await ended.wait()


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OneNode]:
    """A node that listens, and a ringtrust.toml that names it."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    made, server, begun = OneNode(), ScriptedCli(), threading.Event()
    server.answers = made  # type: ignore[assignment]
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(server, begun, ended),))
    thread.start()
    assert begun.wait(60)
    server.pin_in(tmp_path)
    text = SETTINGS.format(name=NAME, host=HOST, port=server.port, user=USER, variable=VARIABLE)
    (tmp_path / "ringtrust.toml").write_text(text)
    yield made
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


@pytest.fixture
def cert(run: Run, node: OneNode, tmp_path: Path) -> Run:
    """`ringtrust cert` on that node."""

    def _cert(verb: str, *words: str | Path) -> Answer:
        return run("cert", verb, NAME, NODE, *words, "--config", tmp_path, "--yes")

    return _cert


def test_a_request_goes_alone_to_standard_output_and_its_story_beside_it(cert: Run, node: OneNode) -> None:
    answer = cert("csr", "tomcat")
    assert (answer.status, answer.out) == (0, node.csr["tomcat"])
    assert "a new request of tomcat waits" in answer.err
    answer = cert("csr", "tomcat")
    assert (answer.status, answer.out) == (0, node.csr["tomcat"])
    assert "waits already" in answer.err
    document = json.loads(cert("csr", "tomcat", "--new", "--json").out)
    assert document["csr"] == node.csr["tomcat"]
    assert [act["seen"] for act in document["acts"]] == ["done"]


def test_from_the_request_to_the_signed_certificate(cert: Run, node: OneNode, tmp_path: Path) -> None:
    ca, request = Authority(), tmp_path / "tomcat.csr"
    assert cert("csr", "tomcat", "-o", request).status == 0
    assert cert("csr", "tomcat", "-o", request).status == 2  # it is there already
    signed = ca.sign(request.read_text())
    (tmp_path / "tomcat.pem").write_text(pem_of(signed))
    (tmp_path / "ca.pem").write_text(pem_of(ca.certificate))
    answer = cert("import", "own", "tomcat", tmp_path / "tomcat.pem", tmp_path / "ca.pem")
    assert answer.status == 0, answer.err
    assert node.own["tomcat"] == signed
    assert answer.out.index("CN=Our CA into tomcat-trust") < answer.out.index("pub: import tomcat\n")
    answer = cert("regen", "tomcat")
    assert answer.status == 2
    assert "was signed by a CA (CN=Our CA)" in answer.err
    assert "--replace-ca-signed" in answer.err
    assert cert("regen", "tomcat", "--replace-ca-signed").status == 0


def test_what_the_node_says_no_to_is_exit_status_1(cert: Run, node: OneNode, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(pem_of(Authority().certificate))
    node.trouble["set cert import trust tomcat"] = f"CA Certificate is not available in the trust-store\n{FAILED}"
    answer = cert("import", "trust", "tomcat", tmp_path / "ca.pem")
    assert answer.status == 1
    assert "CA Certificate is not available in the trust-store" in answer.out
    node.trouble.clear()
    assert cert("import", "trust", "tomcat-trust", tmp_path / "ca.pem").status == 0
    assert cert("import", "trust", "tomcat-trust", tmp_path / "ca.pem").status == 0  # it is there already
    assert cert("import", "trust", "tomcat", tmp_path / "nothing.pem").status == 3
    assert cert("import", "both", "tomcat", tmp_path / "ca.pem").status == 2


def test_a_request_that_the_node_does_not_make_is_none(cert: Run, node: OneNode, tmp_path: Path) -> None:
    node.trouble["set csr gen tomcat"] = FAILED
    answer = cert("csr", "tomcat", "-o", tmp_path / "x.csr")
    assert (answer.status, answer.out) == (1, "")
    assert "no request of tomcat waits" in answer.err
    assert not (tmp_path / "x.csr").exists()


def test_a_request_that_finds_its_file_taken_is_told_before_that(cert: Run, node: OneNode, tmp_path: Path) -> None:
    async def _takes_the_name(talk: Talk) -> None:
        (tmp_path / "x.csr").write_text("somebody else's")
        node.trouble.clear()
        made = node["set csr gen tomcat"]
        assert not isinstance(made, str)
        await made(talk)

    node.trouble["set csr gen tomcat"] = _takes_the_name
    answer = cert("csr", "tomcat", "-o", tmp_path / "x.csr")
    assert answer.status == 3
    assert "a new request of tomcat waits" in answer.err
    assert "exists already" in answer.err
    assert (tmp_path / "x.csr").read_text() == "somebody else's"

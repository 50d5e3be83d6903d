"""One place knows how the CLI speaks, row by row with its source; what an older release does not have is not sent."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.grammar import Asking as Row
from ringtrust.connect.platform.grammar import grammar, read_grammar
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Question, Reply, Script, script_for
from ringtrust.errors import FormatError, RefusedError, UnreadableError
from tests.support.identities import identity

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


class Typed:
    """A terminal that notes what would be typed, and answers nothing. `scripts` are those of acts."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.scripts: list[Script] = []

    async def read(self, command: str) -> str:
        self.commands.append(command)
        raise UnreadableError("nothing")

    async def act(self, command: str, _seconds: float, script: Script = NOTHING) -> str:
        self.scripts.append(script)
        return await self.read(command)


Asking = Callable[[NodeCli], Awaitable[object]]

READS: dict[str, Asking] = {
    "show version active": lambda node: node.version(),
    "show version inactive": lambda node: node.inactive_version(),
    "show status": lambda node: node.host_status(),
    "utils ntp status": lambda node: node.ntp(),
    "utils system upgrade status": lambda node: node.upgrade_status(),
    "show network cluster": lambda node: node.network(),
    "utils service list": lambda node: node.services(),
    "show cert list own": lambda node: node.own_listing(),
    "show cert list trust": lambda node: node.trust_listing(),
    "show cert list type own": lambda node: node.types(trust=False),
    "show cert list type trust": lambda node: node.types(trust=True),
    "show cert own tomcat": lambda node: node.own_certificate("tomcat"),
    "show cert trust tomcat-trust/a.pem": lambda node: node.trust_certificate("tomcat-trust/a.pem"),
    "show cert default-ca-list": lambda node: node.default_cas(),
    "show csr list own": lambda node: node.csr_listing(),
    "show csr own tomcat/tomcat.csr": lambda node: node.csr("tomcat"),
    "show itl": lambda node: node.itl(),
    "show ctl": lambda node: node.ctl(),
    "show web-security": lambda node: node.web_security(),
    "utils dbreplication runtimestate": lambda node: node.replication(),
    "utils disaster_recovery history backup": lambda node: node.backups(),
    "utils disaster_recovery status backup": lambda node: node.backup_status(),
    "utils disaster_recovery schedule list": lambda node: node.backup_schedules(),
    "utils disaster_recovery device list": lambda node: node.backup_devices(),
    "utils disaster_recovery show_backupfiles networkDevice": lambda node: node.backup_files("networkDevice"),
    "show myself": lambda node: node.account(),
    "show risdb query phone": lambda node: node.phones_seen("pub"),
    'show perf query counter "Cisco CallManager" "CallsActive"': lambda node: node.counters(
        "Cisco CallManager", "CallsActive"
    ),
    "show haproxy client-auth 6971": lambda node: node.client_authentication(6971),
    "file list activelog syslog/* detail": lambda node: node.file_list("activelog", "syslog/*"),
    "file view activelog syslog/CiscoSyslog": lambda node: node.file_text("activelog", "syslog/CiscoSyslog"),
    "file dump activelog syslog/CiscoSyslog": lambda node: node.file_dump("activelog", "syslog/CiscoSyslog"),
    'file search activelog cli* "running command"': lambda node: node.file_search(
        "activelog", "cli*", "running command"
    ),
    "run sql select name from {x}": lambda node: node.sql("select name from {x}"),
}
ACTS: dict[str, Asking] = {
    "set cert regen CallManager": lambda node: node.regenerate("CallManager"),
    "set cert import own tomcat": lambda node: node.import_own("tomcat", _pem()),
    "set cert import trust tomcat": lambda node: node.import_trust("tomcat-trust", _pem()),
    "set csr gen tomcat": lambda node: node.new_csr("tomcat"),
    "utils itl reset localkey": lambda node: node.reset_list(),
    "utils ctl update CTLFile": lambda node: node.update_ctl(),
    "utils ctl reset localkey": lambda node: node.reset_ctl(),
    "utils ctl set-cluster mixed-mode": lambda node: node.set_mode(mixed=True),
    "utils ctl set-cluster non-secure-mode": lambda node: node.set_mode(mixed=False),
    "utils ipsec restart": lambda node: node.restart_ipsec(),
    "utils disaster_recovery backup network UCM networkDevice": lambda node: node.back_up("UCM", "networkDevice"),
    "set cert default-ca-list enable common-name": lambda node: node.set_default_ca("CAP-RTP-001", enabled=True),
    "set cert default-ca-list disable common-name": lambda node: node.set_default_ca("CAP-RTP-001", enabled=False),
    "utils service restart Cisco Tftp": lambda node: node.restart("Cisco Tftp"),
    "utils service start Cisco Tftp": lambda node: node.start("Cisco Tftp"),
    "utils service stop Cisco Tftp": lambda node: node.stop("Cisco Tftp"),
}


def _pem() -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - for these two only
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - one test needs it

    return load_der_x509_certificate(identity("pub").certificate).public_bytes(Encoding.PEM).decode()


def _asked(asking: Asking, release: str = "") -> Typed:
    terminal = Typed()
    node = NodeCli(terminal)
    try:
        asyncio.run(_ask(asking, node.on(Release.of(release)) if release else node))
    except UnreadableError:
        assert terminal.commands
    return terminal


async def _ask(asking: Asking, node: NodeCli) -> None:
    await asking(node)


@pytest.mark.parametrize("command", READS)
def test_what_is_asked_is_one_command_that_changes_nothing(command: str) -> None:
    terminal = _asked(READS[command])
    assert (terminal.commands, terminal.scripts) == ([command], [])


@pytest.mark.parametrize("command", ACTS)
def test_what_is_done_is_one_command_with_its_script(command: str) -> None:
    terminal = _asked(ACTS[command])
    assert terminal.commands == [command]
    (script,) = terminal.scripts
    assert bool(script.paste) is ("import" in command)
    assert bool(script.replies) is not command.startswith(("utils service", "utils disaster_recovery"))


def test_every_command_of_the_grammar_has_somebody_who_types_it() -> None:
    typed = {command.split('"')[0].replace("{x}", "").strip() for command in (*READS, *ACTS, "set cert delete x y")}
    for command in grammar().commands:
        start = command.typed.split("{}")[0].split('"')[0].strip()
        assert any(each.startswith(start) for each in typed), command.name


@pytest.mark.shows("S141")
@pytest.mark.parametrize("unit", ["CallManager", "CallManager-trust", "CallManager-TRUST"])
def test_a_deletion_names_the_unit_without_trust_whatever_is_typed(unit: str) -> None:
    assert _asked(lambda node: node.delete(unit, "a.pem")).commands == ["set cert delete CallManager a.pem"]


@pytest.mark.parametrize(
    ("command", "release"),
    [
        ("utils itl reset localkey", "9.1"),
        ("utils ctl update CTLFile", "9.1"),
        ("utils ctl set-cluster mixed-mode", "9.1"),
        ("show haproxy client-auth 6971", "12.5"),
        ("show cert default-ca-list", "11.5"),
        ("set cert default-ca-list disable common-name", "11.5"),
    ],
)
def test_what_an_older_release_does_not_have_is_not_sent(command: str, release: str) -> None:
    asking = {**READS, **ACTS}[command]
    with pytest.raises(RefusedError, match=r"it came with .* Nothing was sent"):
        _asked(asking, release)
    assert _asked(asking).commands == [command]  # nobody knows the release: the node says so itself
    assert _asked(asking, "15.0").commands == [command]


def test_what_every_release_has_is_sent_on_the_oldest() -> None:
    assert _asked(READS["show cert list own"], "8.0").commands == ["show cert list own"]


def test_names_are_one_row_each_and_acts_know_their_questions_and_their_success() -> None:
    known = grammar()
    for rows in (known.commands, known.questions):
        names = [row.name for row in rows]
        assert len(names) == len(set(names))
    for command in known.commands:
        for name in command.asks:
            assert known.question(name).words
        for phrase in command.success:
            assert phrase == phrase.lower().replace("{UNIT}", "{unit}")
        verbs = ("set ", "utils itl", "utils ctl", "utils ipsec", "utils disaster_recovery backup network")
        acts = command.typed.startswith(verbs)
        assert bool(command.success) is acts, command.name
    for name in ("no such command", ""):
        with pytest.raises(KeyError):
            known.command(name)
        with pytest.raises(KeyError):
            known.question(name)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"[[prompts]\n",
        b"commands = 1",
        b'[[prompts]]\npattern = "("\nsources = ["CLI15"]\n',
        b'[[prompts]]\npattern = 1\nsources = ["CLI15"]\n',
        b'[[prompts]]\npattern = "a"\nsources = []\n',
    ],
)
def test_a_damaged_grammar_is_told(data: bytes) -> None:
    with pytest.raises(FormatError, match="grammar of the platform CLI is damaged"):
        read_grammar(data)


QUESTION = Question("Proceed with regeneration (yes|no)?", "yes", "no")
NAME = Question("Enter the Common Name of Default CA Certificate :", "")


def _asking(*words: str) -> Row:
    return Row(name="", words=words, sources=("CLI15",))


@pytest.mark.parametrize(
    ("reply", "question", "typed"),
    [
        (Reply(_asking("regeneration"), answer=True), QUESTION, "yes"),
        (Reply(_asking("regeneration"), answer=False), QUESTION, "no"),
        (Reply(_asking("deletion"), answer=True), QUESTION, ""),
        (Reply(_asking("regeneration"), answer="yes"), QUESTION, ""),
        (Reply(_asking("common name"), answer="CAP-RTP-001"), NAME, "CAP-RTP-001"),
        (Reply(_asking("common name"), answer=True), NAME, ""),
    ],
)
def test_a_reply_is_given_to_its_own_question_only(reply: Reply, question: Question, typed: str) -> None:
    assert reply.to(question) == typed


@pytest.mark.parametrize(
    ("name", "line", "asks"),
    [
        ("import", "Import this certificate (yes|no)?", True),
        ("import", "Do you want to continue (yes|no)?", True),
        ("import", "Overwrite the certificate pub.pem, which is in use (yes|no)?", False),
        ("import", "Cisco CallManager on all nodes is restarted now. Continue (yes|no)?", False),
        ("import", "This service restarts for the imported certificate (yes|no)?", False),
        ("import", "All phones reset. Are you sure (yes|no)?", False),
        ("delete", "Proceed with deletion of my-services.pem (yes|no)?", True),
        ("delete", "Are you sure (yes|no)?", True),
        ("delete", "All phones reset now. Proceed (yes|no)?", False),
        ("delete", "Restart Cisco Tomcat after it is deleted (yes|no)?", False),
        ("new csr", "Overwrite the request that waits (yes|no)?", True),
        ("new csr", "The service restarts. Proceed (yes|no)?", False),
    ],
)
def test_who_says_yes_to_one_thing_has_not_said_yes_to_another(name: str, line: str, asks: bool) -> None:
    reply = Reply(grammar().question(name), answer=True)
    assert reply.to(Question(line, "yes", "no")) == ("yes" if asks else "")


@pytest.mark.parametrize("name", ["", " ", "a\nset cert regen tomcat", "a\x03"])
def test_no_answer_of_a_person_is_more_than_one_line(name: str) -> None:
    with pytest.raises(RefusedError, match="Nothing was sent"):
        script_for("disable default ca", {"default ca": name, "default cas": True})


@pytest.mark.parametrize(
    "asking",
    [
        lambda node: node.file_search("activelog", "a", 'x" "y'),
        lambda node: node.counters('a"', "b"),
        lambda node: node.file_text("activelog", "a b"),
        lambda node: node.client_authentication(0),
        lambda node: node.import_own("tomcat-trust", _pem()),
        lambda node: node.delete("tomcat", "a.pem b.pem"),
    ],
)
def test_what_could_mean_something_else_is_not_sent(asking: Asking) -> None:
    terminal = Typed()
    with pytest.raises(RefusedError):
        asyncio.run(_ask(asking, NodeCli(terminal)))
    assert terminal.commands == []


@pytest.mark.parametrize("pem", ["", "no PEM", PEM.format("MIIB"), PEM.format("MIIB") * 2])
def test_nothing_but_one_certificate_is_pasted(pem: str) -> None:
    terminal = Typed()
    for asking in (NodeCli(terminal).import_own, NodeCli(terminal).import_trust):
        with pytest.raises(FormatError):
            asyncio.run(_ask(lambda _node, asking=asking: asking("tomcat", pem), NodeCli(terminal)))
    assert terminal.commands == []


def test_what_stands_around_a_certificate_in_its_file_is_not_typed() -> None:
    terminal = _asked(lambda node: node.import_trust("tomcat", f"subject: x\nset cert regen tomcat\n{_pem()}junk\n"))
    (script,) = terminal.scripts
    assert script.paste == _pem()

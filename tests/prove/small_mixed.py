"""Clusters in mixed mode that are small enough to be looked at state by state, and nights on them."""

from typing import Final

from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import ETOKEN, MIC, Copy, FirstCtl, Ground, PhoneClass, Start, item, token
from ringtrust.change.night import Deed
from tests.prove.brute_state import CALLMANAGER_SERVICE, CAPF_SERVICE, TVS_SERVICE
from tests.prove.small import NAMES, UP_TO_DATE, ground

TOKENS: Final = ("SAST-ADN0054f509", "SAST-ADN008580ef")
CAPF_NOW: Final = token(item("CAPF", "pub"), 0)
EXPIRED: Final = "an LSC that has expired"
SIGNERS: Final = {"9.1": (ETOKEN, ""), "11.5": ("CallManager", "ITLRecovery"), "12.5": ("ITLRecovery", "CallManager")}
CAPF_FILE, MAKERS_FILE = "CAPF-0000000a.pem", "Cisco Manufacturing CA.pem"
STORES: Final = {CAPF_FILE: CAPF_NOW, MAKERS_FILE: MIC}


def mixed(
    plain: Ground, phones: PhoneClass, *, tokens: bool = False, old: bool = False, barred: bool = False
) -> Ground:
    """A cluster in mixed mode, with phones of one kind. `tokens` signed its CTL.

    `old`: a CTL of before, with another CallManager of the publisher, is still served besides that of now. `barred`:
    the last node does not know CAPF.
    """
    signer, second = SIGNERS[plain.version]
    now = _ctl(plain, 0, tokens=tokens or signer == ETOKEN)
    nodes = [
        replace(
            node,
            units=(*node.units, "CAPF") if node.name == "pub" else node.units,
            services=(*node.services, CALLMANAGER_SERVICE, *((CAPF_SERVICE,) if node.name == "pub" else ())),
            issuers=(MIC,) if barred and node.name == plain.nodes[-1].name else (CAPF_NOW, MIC),
        )
        for node in plain.nodes
    ]
    return replace(
        plain,
        mixed=True,
        ctl_signer=signer,
        ctl_second=second,
        nodes=tuple(nodes),
        classes=(phones,),
        copies=(*plain.copies, *(Copy(file, issuer, "CallManager-trust") for file, issuer in STORES.items())),
        ctl=(_ctl(plain, -1, tokens=tokens or signer == ETOKEN), now) if old else (now,),
        expired=(EXPIRED,),
    )


def _ctl(plain: Ground, version: int, *, tokens: bool) -> FirstCtl:
    units = [each for each in SIGNERS[plain.version] if each not in {"", ETOKEN}]
    sasts = [token(item(unit, "pub"), version if unit == "CallManager" else 0) for unit in units]
    sasts = [*TOKENS, *sasts] if tokens else sasts
    servers = [token(item("CallManager", node.name), version if node.name == "pub" else 0) for node in plain.nodes]
    return FirstCtl(sasts[0], tuple(sasts), tuple(servers), (CAPF_NOW,))


def phones_of(plain: Ground, issuer: str = CAPF_NOW, *, asks: bool = True) -> PhoneClass:
    """Secure phones by this issuer; without one they are not secure."""
    return replace(plain.classes[0], asks=asks, secure=bool(issuer), issuer=issuer)


@st.composite
def mixed_grounds(draw: st.DrawFn) -> Ground:
    """One or two nodes, as of each release, with tokens or without."""
    nodes = draw(st.sampled_from((1, 2, 2)))
    some = st.lists(st.sampled_from(NAMES[:nodes]), min_size=1, max_size=2, unique=True).map(tuple)
    tftp, members = tuple(sorted(draw(some))), draw(some)
    late = [(node, item("TVS", members[0])) for node in tftp] + [(node, "loaded") for node in members]
    old = draw(st.one_of(st.just(UP_TO_DATE), st.just(UP_TO_DATE), st.frozensets(st.sampled_from(late), max_size=1)))
    plain = ground(draw(st.sampled_from(sorted(SIGNERS))), tftp, members, nodes=nodes, old=old)
    issuer = draw(st.sampled_from((CAPF_NOW, CAPF_NOW, MIC, EXPIRED, "")))
    phones = phones_of(plain, issuer, asks=draw(st.sampled_from((True, True, False))))
    rarely = st.sampled_from((False, False, False, False, True))
    found = mixed(plain, phones, tokens=draw(rarely), old=draw(rarely), barred=draw(rarely))
    starts: tuple[Start, ...] = ("no list", "a CTL alone", "an ITL alone")
    start: Start = draw(st.sampled_from(starts)) if draw(rarely) else "a list of now"
    if start == "an ITL alone" and not phones.asks:
        start = "no list"
    classes = tuple(replace(each, start=start) for each in found.classes)
    return replace(found, classes=classes)


@st.composite
def mixed_deeds(draw: st.DrawFn, small: Ground) -> list[Deed]:
    """A few renewals, CTLs in between, restarts, waves, LSCs and deletions."""
    renewals = [night.Renew(unit, node.name) for node in small.nodes for unit in node.units]
    count = draw(st.sampled_from((1, 2, 2, 3)))
    lines: list[list[Deed]] = [[each] for each in draw(st.permutations(renewals))[:count]]
    for line in draw(st.lists(_other_lines(small), min_size=1, max_size=6 - len(lines))):
        lines.insert(draw(st.integers(0, len(lines))), line)
    return [deed for line in lines for deed in line][:7]


def _other_lines(small: Ground) -> st.SearchStrategy[list[Deed]]:
    services = [(service, node.name) for node in small.nodes for service in node.services]
    usual: list[Deed] = [night.Wave(complete=True), night.Synchronise(), night.UpdateCtl()]
    usual += [night.Arrive("CTL")]
    usual += [night.ResetCtl()] if small.ctl_second else []
    usual += [night.IssueLscs(complete=complete) for complete in (True, False)]
    deletions: list[Deed] = [
        night.Delete("CallManager-trust", file, node.name) for file in STORES for node in small.nodes
    ]
    rare: list[Deed] = [night.BackUp(), night.Restore(), night.Wave(), night.Stop(TVS_SERVICE, small.nodes[-1].name)]
    rare += [night.Delete("Phone-SAST-trust", copy.file, "pub") for copy in small.copies if "@" in copy.certificate]
    rare += [night.ResetItl()] if small.recovery else []
    rare += [night.SetRollback(value=True), night.SetRollback(value=False)]
    restarts = st.sampled_from(services).map(lambda each: [night.Stop(*each), night.Start(*each)])
    one = [st.sampled_from(each).map(lambda each: [each]) for each in (usual, usual, deletions, rare)]
    return st.one_of(*one[:2], restarts, *one[2:])

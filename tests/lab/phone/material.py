"""Lists, files and answers that phones of the tests meet."""

from ringtrust.lab.phone.phone import Phone, Traits
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.record import build_record, empty_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signed import build_signed
from ringtrust.trust.tvs import QueryResponse
from tests.support.identities import TIMESTAMP, identity, itl

DEVICE = "SEP001122334455"
CTL, ITL = f"CTL{DEVICE}.tlv", f"ITL{DEVICE}.tlv"
PLAIN = f"{DEVICE}.cnf.xml"
SIGNED = f"{PLAIN}.sgn"
PUB, SUB1, SUB2 = "127.1.1.1", "127.1.1.2", "127.1.1.3"
BOOT, RETRY = 80.0, 30.0

CONFIGURATION = f"""<?xml version="1.0"?><device><devicePool><callManagerGroup><members>
<member priority="1"><callManager><ports><sipPort>5060</sipPort></ports><processNodeName>{SUB2}</processNodeName>
</callManager></member>
<member priority="0"><callManager><ports><sipPort>5061</sipPort></ports><processNodeName>{SUB1}</processNodeName>
</callManager></member></members></callManagerGroup></devicePool>
<TVS><members><member priority="0"><port>2445</port><address>{SUB1}</address></member>
<member priority="1"><port>2446</port><address>{SUB2}</address></member></members></TVS></device>""".encode()


def phone() -> Phone:
    """A phone out of its box."""
    return Phone(Traits(DEVICE, "CP-8861", (PUB, SUB1), BOOT, RETRY))


def configuration(signer: str = "pub", body: bytes = CONFIGURATION) -> bytes:
    """The signed configuration file."""
    return build_signed(SIGNED, body, identity(signer), timestamp=TIMESTAMP).data


def old() -> TrustList:
    """The list of the evening before."""
    return itl("pub", timestamp=TIMESTAMP)


def new(tvs: tuple[str, ...] = ("tvs-pub", "tvs-sub1")) -> TrustList:
    """The list after CallManager has been regenerated: another signer."""
    return itl("sub1", tvs, timestamp=TIMESTAMP + 1)


def emptied() -> TrustList:
    """A list prepared for a rollback."""
    records = [
        build_record(Role.SAST, identity("pub").certificate),
        empty_record(Role.TFTP, dns_name="pub", ip_address=PUB),
        empty_record(Role.TVS, dns_name="pub", ip_address=PUB),
    ]
    return build_list(ListKind.ITL, records, identity("pub"), timestamp=TIMESTAMP + 2)


def ctl(signer: str) -> TrustList:
    """A CTL."""
    records = [build_record(role, identity(signer).certificate) for role in (Role.SAST, Role.CCM_TFTP)]
    return build_list(ListKind.CTL, records, identity(signer), timestamp=TIMESTAMP)


def in_sha512() -> TrustList:
    """The old list, signed anew with SHA-512."""
    found = old()
    return build_list(ListKind.ITL, list(found.records), identity("pub"), timestamp=1, digest=Digest.SHA512)


def flipped(data: bytes, place: int = -1) -> bytes:
    """The same with one bit changed."""
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def vouching(session: int, signer: str = "sub1", roles: tuple[Role, ...] = (Role.SAST, Role.CCM_TFTP)) -> bytes:
    """The answer of TVS: this is the signer, and it may be used for this."""
    return QueryResponse.make(session, identity(signer).certificate, roles).to_bytes()

"""Which record may sign what: the right to sign lists is SAST's alone, the right to sign files that of TFTP servers."""

import pytest

from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import TrustList, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.records import read_record
from ringtrust.trust.roles import ROLE_OF_WORD, Role, function_text, role_name
from ringtrust.trust.signature import Holds, SignerUnknown
from ringtrust.trust.signed import build_signed
from tests.support.identities import TIMESTAMP, identity

FUNCTIONS = [*range(30), 255, 256, 512, 0x1500]
# The texts of trust-formats.md §1.5 and §7; numbers that no document names are printed as they are.
TEXTS = {
    0: "System Administrator Security Token",
    1: "CCM",
    2: "CCM+TFTP",
    3: "TFTP",
    4: "CAPF",
    5: "SRST",
    6: "CCM",
    7: "APPLICATION SERVER",
    20: "CERTIFICATE AUTHORITY",
    21: "TVS",
    22: "SIGNALING CALL CONTROL",
    23: "PROVISIONING SERVICE",
    24: "DATA SERVICE",
    25: "NETWORK ELEMENT",
    26: "VPN",
    27: "SERVICEABILITY",
    255: "UNKNOWN",
}


def _only_record(function: int) -> TrustList:
    """A list whose one record has the signer's certificate and this function."""
    signer = identity("pub")
    sast = build_record(Role.SAST, signer.certificate)
    record = read_record(sast.raw.replace(b"\4\0\2\0\0", b"\4\0\2" + function.to_bytes(2, "big"), 1))
    assert record.function == function
    data = signer.signed(record.raw, digest=Digest.SHA1, filename="ITLFile.tlv", timestamp=TIMESTAMP, version=(1, 2))
    return read_list(data)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_a_sast_record_may_sign_lists(function: int) -> None:
    expected = Holds if function == Role.SAST else SignerUnknown
    assert isinstance(_only_record(function).verdict(), expected)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_tftp_records_may_sign_files(function: int) -> None:
    file = build_signed("a.sgn", b"", identity("pub"), timestamp=TIMESTAMP)
    expected = Holds if function in {Role.TFTP, Role.CCM_TFTP} else SignerUnknown
    assert isinstance(file.verdict_for_holder_of(_only_record(function)), expected)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_printed_as_cisco_prints_it(function: int) -> None:
    assert function_text(function) == TEXTS.get(function, str(function))


def test_in_a_sentence_a_sast_is_called_so() -> None:
    assert role_name(Role.SAST) == "SAST"
    assert role_name(Role.CCM_TFTP) == "CCM+TFTP"


def test_people_type_roles_as_words() -> None:
    assert ROLE_OF_WORD == {
        "sast": Role.SAST,
        "ccm": Role.CCM,
        "ccm+tftp": Role.CCM_TFTP,
        "tftp": Role.TFTP,
        "capf": Role.CAPF,
        "app-server": Role.APP_SERVER,
        "tvs": Role.TVS,
    }
    assert [int(role) for role in Role] == [0, 1, 2, 3, 4, 7, 21]

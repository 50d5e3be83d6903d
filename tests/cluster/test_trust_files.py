"""Names of files in trust stores: whose certificate it is, as far as a name tells (interfaces.md §1.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.trust_files import NamedAfter, TrustFile, read_trust_file, same_node

NODE, ITLRECOVERY, CAPF = NamedAfter


@pytest.mark.parametrize("serial", ["", "_00aabbcc", "_109322348574539845783457", "_4F00112233445566778899"])
@pytest.mark.parametrize(
    ("name", "after", "node", "marks"),
    [
        ("pub", NODE, "pub", (False, False)),
        ("pub.example.com", NODE, "pub.example.com", (False, False)),
        ("10.1.1.10", NODE, "10.1.1.10", (False, False)),
        ("pub-EC", NODE, "pub", (True, False)),
        ("pub-EC.example.com", NODE, "pub.example.com", (True, False)),
        ("pub-ms.example.com", NODE, "pub.example.com", (False, True)),
        ("pub-EC-ms.example.com", NODE, "pub.example.com", (True, True)),
        ("ITLRECOVERY_pub", ITLRECOVERY, "pub", (False, False)),
        ("ITLRecovery_pub.example.com", ITLRECOVERY, "pub.example.com", (False, False)),
        ("ITLRECOVERY_cafebabe01", ITLRECOVERY, "cafebabe01", (False, False)),
        ("CAPF-3b08c6e3", CAPF, "", (False, False)),
        ("CAPF-lab", NODE, "CAPF-lab", (False, False)),
        ("-EC", NODE, "-EC", (False, False)),
    ],
)
def test_a_name_tells_what_its_certificate_is(
    name: str, after: NamedAfter, node: str, marks: tuple[bool, bool], serial: str
) -> None:
    assert read_trust_file(name + serial) == TrustFile(name, after, node, *marks)


def test_a_domain_makes_no_other_node_and_an_address_is_one_as_a_whole() -> None:
    assert same_node("PUB.example.com", "pub")
    assert not same_node("pub", "pub2")
    assert not same_node("10.1.1.10", "10.2.2.10")


@given(st.text(max_size=80))
def test_whatever_the_name_it_is_taken_apart(stem: str) -> None:
    found = read_trust_file(stem)
    assert found.node in stem or "." in found.node
    assert stem.startswith(found.common_name)

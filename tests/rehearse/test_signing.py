"""Files that are signed side by side are the files that one process signs."""

import pytest

from ringtrust.lab.phone.events import PowerOn
from ringtrust.lab.state.files import configuration_body, served, signed_name
from ringtrust.rehearse.signing import sign_ahead, signed_side_by_side
from ringtrust.trust.signed import build_signed
from tests.support.clusters import BOOT, bench


@pytest.mark.parametrize(("files", "processes"), [(0, 2), (1, 4), (7, 3), (8, 2)])
def test_side_by_side_or_alone_the_headers_are_the_same(files: int, processes: int) -> None:
    made = bench(on=False)
    key = made.cluster.publisher.identities["CallManager"].signing_key
    wanted = [(f"SEP{number:012X}.cnf.xml.sgn", bytes([number])) for number in range(files)]
    alone = [build_signed(name, body, key, timestamp=7).header.raw for name, body in wanted]
    assert signed_side_by_side(wanted, key, 7, processes) == alone


def test_a_node_that_signs_ahead_serves_what_phones_take_and_signs_anew_for_a_new_certificate() -> None:
    made = bench(on=False)
    sign_ahead(made.cluster, made.phones, at_least=1)
    for phone in made.phones:
        made.exchange.happen(phone, PowerOn())
    made.time.advance(BOOT)
    assert len(made.cluster.registrations) == len(made.phones)
    device, node = made.phones[0].traits.device, made.cluster.tftp_order[0]
    before = served(made.cluster, node, signed_name(device))
    made.regenerate("CallManager", node.name)
    made.restart("Cisco Tftp", node.name)
    after = served(made.cluster, node, signed_name(device))
    body = configuration_body(made.cluster, node, device)
    assert body
    assert before != after
    assert (before or b"").endswith(body)
    assert (after or b"").endswith(body)

"""A regeneration succeeded only where the node says so, of this unit (S130)."""

import pytest

from ringtrust.connect.platform.acts import NotRegenerated, Regenerated, read_regeneration
from tests.connect.platform.transcripts import TRANSCRIPTS

PLAIN = TRANSCRIPTS["a regeneration"]
WITH_CLIENT = TRANSCRIPTS["a regeneration from 15SU5 on"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (PLAIN, "tomcat"),
        (PLAIN.upper(), "tomcat"),
        (WITH_CLIENT, "tomcat"),
        (WITH_CLIENT, "tomcat-client"),
        (WITH_CLIENT.replace("tomcat and", "tomcat\nand"), "tomcat-client"),
        (TRANSCRIPTS["a regeneration of ITLRecovery"], "ITLRecovery"),
        ("Successfully Regenerated Certificate for CallManager-ECDSA", "CallManager-ECDSA"),
    ],
)
def test_the_words_of_success(text: str, unit: str) -> None:
    found = read_regeneration(text, unit)
    assert isinstance(found, Regenerated)
    assert "egenerated" in found.text or "EGENERATED" in found.text


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "tomcat"),
        ("Successfully regenerated certificate for ", "tomcat"),
        (PLAIN, "tomcat-ECDSA"),
        (PLAIN.replace("for tomcat.", "for tomcat-ECDSA."), "tomcat"),
        (PLAIN.replace("Successfully", "Not"), "tomcat"),
        (PLAIN.partition("Successfully")[0], "tomcat"),
        (PLAIN + "Executed command unsuccessfully\n", "tomcat"),
        ("No valid command entered\n", "tomcat"),
        ("Regeneration of certificate failed \x1b[2J\n", "tomcat"),
    ],
)
def test_any_other_text_is_a_failure_with_its_reason(text: str, unit: str) -> None:
    found = read_regeneration(text, unit)
    assert isinstance(found, NotRegenerated)
    assert found.reason.isprintable()

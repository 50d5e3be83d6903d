"""A regeneration succeeded only where the node says so, of this unit (S130)."""

import pytest

from ringtrust.connect.platform.acts import (
    Accepted,
    NotAccepted,
    NotRegenerated,
    Regenerated,
    read_act,
    read_regeneration,
    read_reset,
)
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


DELETION = "Proceed with deletion of x.pem (yes|no)? yes\n"
PASTE = "Paste the Certificate and Hit Enter\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "The certificate was unsuccessfully deleted.",
        "Certificate NOT successfully removed: file is in use",
        "Certificate was not\nsuccessfully deleted.",
        "CERTIFICATE WAS NOT\nSUCCESSFULLY DELETED.",
        "x.pem could not be deleted successfully.",
        "The certificate wasn't successfully deleted",
        "Restart Tomcat once the certificate is successfully deleted.",
        "File successfully-deleted.pem was found",
        "WARNING: What is successfully deleted cannot be brought back.\n" + DELETION + "The disk is full.",
        "A copy is successfully deleted too: proceed (yes|no)? yes\nThe disk is full.",
    ],
)
def test_success_denied_or_asked_about_is_none(text: str) -> None:
    for shown in (text, DELETION + text):
        assert isinstance(read_act(shown, "delete", "set cert delete tomcat x.pem"), NotAccepted), shown


@pytest.mark.parametrize(
    "text",
    [
        "Successfully deleted certificate x.pem.",
        "The certificate x.pem was successfully\nremoved.",
        "Certificate deleted successfully",
        "The cache was not there.\nSuccessfully deleted certificate x.pem",
        "Nothing else uses it\nSuccessfully deleted certificate x.pem",
    ],
)
def test_success_after_the_answer_is_taken_in_each_of_its_wordings(text: str) -> None:
    for shown in (text, DELETION + text, DELETION.removesuffix("yes\n") + text):
        found = read_act(shown, "delete", "set cert delete tomcat x.pem")
        assert found == Accepted(" ".join(text.split())), shown


def test_an_import_is_one_where_the_node_says_so_behind_what_was_pasted() -> None:
    def _read(text: str) -> bool:
        return isinstance(read_act(text, "import own", "set cert import own tomcat", "tomcat"), Accepted)

    said = "Successfully imported certificate for tomcat.\n"
    sister = "Do you want to use the same certificate for tomcat-client (yes|no) ? no\n"
    assert all(map(_read, (PASTE + said, sister + PASTE + said, PASTE + sister + said, PASTE + said + sister)))
    assert not any(map(_read, (said + PASTE, f"Not {said}", PASTE + f"Not {said}", PASTE + f"un{said.lower()}")))


def test_why_a_node_refuses_is_told_to_its_end_without_what_was_asked_before() -> None:
    """What stands before the answer was typed or read already; the reason is what comes last."""
    text = (
        "WARNING: This operation will overwrite any CA signed certificate previously imported for tomcat\n"
        "Proceed with regeneration (yes|no)? yes\n\n"
        f"Failed to regenerate certificate for tomcat: {'much to say, ' * 20}No space left on device.\n"
        "Executed command unsuccessfully\n"
    )
    found = read_regeneration(text, "tomcat")
    assert isinstance(found, NotRegenerated)
    assert found.reason.endswith("No space left on device.")
    assert "WARNING" not in found.reason


def test_a_list_that_a_node_did_not_get_is_not_counted() -> None:
    text = TRANSCRIPTS["a reset of the ITL, up to 14"]
    assert isinstance(read_reset(text), Accepted)
    for said in ("Unsuccessfully", "Not successfully"):
        assert isinstance(read_reset(text.replace("Successfully", said)), NotAccepted)

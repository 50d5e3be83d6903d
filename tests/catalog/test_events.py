"""What makes certificates anew by itself: each event with its units, its hazards and what has to be done."""

import pytest

from ringtrust.catalog.events import due
from ringtrust.cluster.release import Release
from tests.catalog.cited import CATALOG

UNITS = {unit.name for unit in CATALOG.units}
RELEASES = (Release(9, 1), Release(11, 5), Release(12, 5), Release(14, 0), Release(15, 0))


def test_every_event_is_there_once_and_names_units_that_there_are() -> None:
    names = [event.id for event in CATALOG.events]
    assert names == ["hostname", "domain", "fips", "upgrade", "restore", "web-security", "rebuild"]
    for event in CATALOG.events:
        assert all(set(made.units) <= UNITS for made in event.makes)
        assert event.breaks
        assert event.after


def test_what_documents_do_not_say_is_marked() -> None:
    for event in ("hostname", "domain"):
        assert any("[INF]" in text for text in CATALOG.event(event).uncertain(Release(12, 5)))
    assert any("ITLRecovery" in text for text in CATALOG.event("fips").uncertain(Release(14, 0)))


@pytest.mark.parametrize("release", RELEASES)
def test_another_host_name_leaves_itlrecovery_alone_on_every_release(release: Release) -> None:
    made = CATALOG.event("hostname").makes_anew(release)
    assert {"CallManager", "TVS", "tomcat", "ipsec", "CAPF"} <= set(made)
    assert "ITLRecovery" not in made


@pytest.mark.parametrize(("release", "recovery"), [*zip(RELEASES, (False, False, True, True, False), strict=True)])
def test_fips_mode_makes_itlrecovery_anew_where_the_warning_of_the_command_names_it(
    release: Release, recovery: bool
) -> None:
    assert ("ITLRecovery" in CATALOG.event("fips").makes_anew(release)) is recovery


def test_the_upgrade_is_that_of_the_defect() -> None:
    event = CATALOG.event("upgrade")
    assert event.makes_anew(Release(12, 5)) == ("ITLRecovery",)
    assert event.makes_anew(Release(14, 0)) == ()
    assert {"CSCvv13565", "FN70613", "H22"} <= set(event.cited())


def test_what_has_to_be_done_hangs_on_the_cluster() -> None:
    event = CATALOG.event("hostname")
    always = {todo.text for todo in due(event.after, frozenset())}
    mixed = {todo.text for todo in due(event.after, frozenset({"mixed", "signed by a CA"}))}
    assert always < mixed
    assert any("Update the CTL" in text for text in mixed - always)
    assert any("signed again" in text for text in mixed - always)


def test_what_breaks_hangs_on_the_release_and_on_the_cluster() -> None:
    event = CATALOG.event("hostname")
    old, new = event.harms(Release(9, 1), frozenset()), event.harms(Release(12, 5), frozenset({"mixed"}))
    assert [harm.sources for harm in old] == [("IPC", "H01", "H09")]
    assert [harm.when for harm in new] == ["mixed"]
    assert set(event.harms(None, frozenset({"mixed", "signed by a CA"}))) == set(event.breaks)


def test_what_is_done_on_one_node_at_a_time_is_said() -> None:
    assert {event.id for event in CATALOG.events if event.one_at_a_time} == {"hostname", "domain", "fips", "rebuild"}

"""Plans and what becomes of them, for tests that need no cluster."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from ringtrust.change.act import Act, HandOver, Regenerate, ResetPhones, Restart, TakeBackup
from ringtrust.change.fingerprint import Fingerprint
from ringtrust.change.gate import CertificateIs, Condition, ReplicationGood, Vouched, Voucher
from ringtrust.change.ground import Ground
from ringtrust.change.outcome import Done, Failed, NotYet, Outcome, Passed, Refused, Unclear, Unknown, Verdict
from ringtrust.change.plan import FORMAT, Plan, Step, sealed
from ringtrust.cluster.names import TVS_SERVICE

GROUND = Ground(
    cluster="campus",
    version="9.1.2.12901-3",
    mixed=False,
    rollback=False,
    signer="CallManager",
    sasts=("CallManager",),
    recovery="",
    ctl_signer="eToken",
    ctl_second="",
    shared=(),
    vouched=("CallManager",),
    deletes_everywhere=False,
    keys_restored=False,
    publisher="pub",
    nodes=(),
    classes=(),
)
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
REGENERATE = Regenerate("TVS", "pub", "0A", "AB" * 32)


def a_plan(*steps: Step, made: datetime = NOW - timedelta(hours=1), cluster: str = "campus") -> Plan:
    """A sealed plan with these steps."""
    return sealed(
        Plan(
            format=FORMAT,
            cluster=cluster,
            version="9.1.2.12901-3",
            made=made,
            taken=made,
            snapshot="",
            goal="TVS",
            strategy="type",
            basis="documented",
            weighed=(),
            advice=(),
            ground=GROUND,
            fingerprint=Fingerprint((), ()),
            nodes=("pub", "sub1"),
            phones=("SEP000000000001",),
            stragglers=(),
            notes=(),
            steps=steps or (Step(1, "TVS", REGENERATE, "It expires."),),
        )
    )


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(Regenerate, st.text(), st.text(), st.text(), st.text()),
    st.builds(Restart, st.text(), st.text(), st.text()),
    st.just(ResetPhones()),
    st.builds(HandOver, st.text()),
    st.builds(TakeBackup, st.text(), st.text(), st.text(), st.integers(1, 100), st.booleans(), st.text()),
    st.just(Restart(TVS_SERVICE, "pub", "TVS")),
)
_EVIDENCE = st.lists(st.text(), max_size=3).map(tuple)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(st.builds(kind, _EVIDENCE) for kind in (Done, Refused, Unclear))
VERDICTS: st.SearchStrategy[Verdict] = st.one_of(
    st.builds(kind, _EVIDENCE) for kind in (Passed, NotYet, Failed, Unknown)
)
CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.just(ReplicationGood()),
    st.builds(CertificateIs, st.text(), st.text(), st.text()),
    st.builds(Vouched, st.lists(st.builds(Voucher, st.text(), st.text()), max_size=3).map(tuple)),
)
MOMENTS = st.datetimes(timezones=st.just(UTC))

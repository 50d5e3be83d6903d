"""What stands beside a deletion for whoever watches it: what is typed, what is noticed, what to do when it fails."""

from ringtrust.change.act import AboutStores, AwaitNotification
from ringtrust.cluster.names import TRUST_SUFFIX
from ringtrust.plan.deletions import RESETTING


def command(act: AboutStores) -> str:
    """What is typed: the unit stands without -trust, and its trust store is meant (S141)."""
    if isinstance(act, AwaitNotification):
        return "Nothing is typed."
    return f"set cert delete {act.store.removesuffix(TRUST_SUFFIX)} {act.file} (CLI of {act.node})"


def effect(act: AboutStores) -> str:
    """What services and phones notice of it."""
    if isinstance(act, AwaitNotification):
        return "None on phones. Change Notification looks every 30 minutes, and may bring back what was deleted (S112)."
    if act.store in RESETTING:
        return "Phones may reset by themselves (CSCut58407, S110); services go on with what they have loaded."
    return "None on phones, as a rule; services go on with what they have loaded until they are restarted (S143)."


def if_it_fails(act: AboutStores) -> str:
    """What to do then."""
    if isinstance(act, AwaitNotification):
        return "Call apply again: it waits for what is left."
    return (
        f"Look whether it is listed: show cert list trust on {act.node}; call apply again, it looks first. The "
        "certificate is in the journal: `ringtrust runs deleted RUN` writes it to a file, and `ringtrust cert import` "
        "brings it back."
    )

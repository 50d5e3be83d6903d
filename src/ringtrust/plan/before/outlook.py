"""What the proof says of a night: whom it may cost their trust, and what documents forbid of it."""

from ringtrust.change.ground import Ground
from ringtrust.change.night import Stage
from ringtrust.change.preparation import Outlook
from ringtrust.prove.documents import violations
from ringtrust.prove.prove import examined
from ringtrust.prove.search import frames
from ringtrust.prove.story import story


def outlook(ground: Ground, night: tuple[Stage, ...]) -> Outlook:
    """By the mechanism; what documents forbid is told beside it, and does not count as lost."""
    found = examined(ground, night)
    harmed = [each for each in found if each.harmed]
    told = story(ground, night, frames(ground, night), harmed[0]).told if harmed else ()
    stuck = [where for each in found for where in each.stuck(night)]
    forbidden = dict.fromkeys(f"{each.text} ({each.hazard})" for each in violations(ground, night))
    return Outlook(
        lost=sum(each.phones.phones for each in found if each.lost),
        unregistered=sum(each.phones.phones for each in found if each.unregistered and not each.lost),
        stuck=stuck[0] if stuck else "",
        story=told,
        forbidden=tuple(forbidden),
    )

"""What a person may set for one session: pagination (interfaces.md §1.3)."""

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError


async def set_pagination(call: Call) -> None:
    """`set cli pagination {on|off}`."""
    state = call.words[0].lower()
    if state not in {"on", "off"}:
        raise CommandFailedError
    call.session.pagination = state == "on"
    call.say(texts.PAGINATION.format(state=state))


async def show_pagination(call: Call) -> None:
    """`show cli pagination`."""
    call.say(texts.PAGINATION_STATE.format(state="On" if call.session.pagination else "Off"))

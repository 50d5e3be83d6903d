"""Many clusters at once."""

from typing import Annotated

import msgspec


class FleetSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`at_once` is how many clusters are worked on at the same time, whatever is done to them."""

    at_once: Annotated[int, msgspec.Meta(ge=1, le=500)] = 5

"""What phones are like, as far as trust goes."""

from typing import Literal

import msgspec


class PhoneKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What phones are like, as far as trust goes. The defaults are a phone of a non-secure cluster.

    `profile` is the device security mode of its security profile (trust-formats.md §6.8). `lsc`: it holds one of CAPF
    from the beginning; with `mic` it has a certificate of its maker, which Jabber and softphones have not (S177).
    Without `tvs` it knows no ITL and asks nobody (§6.2 point 6). With `encrypted_config` its file is for it alone.
    `dot1x`: its switch lets it in by its certificate. `wireless`: its certificate comes from elsewhere (S177, S178).
    """

    profile: Literal["non-secure", "authenticated", "encrypted"] = "non-secure"
    lsc: bool = False
    mic: bool = True
    tvs: bool = True
    encrypted_config: bool = False
    dot1x: bool = False
    wireless: bool = False
    model: str = ""

    @property
    def secure(self) -> bool:
        """Whether it registers over TLS."""
        return self.profile != "non-secure"

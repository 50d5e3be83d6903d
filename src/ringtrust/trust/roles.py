"""Roles: what a certificate in a trust list may be used for (trust-formats.md §1.5)."""

from enum import IntEnum

from ringtrust.trust.choices import FUNCTION_TEXTS


class Role(IntEnum):
    """The function codes that ringtrust writes. Lists may hold others; they are kept as numbers."""

    SAST = 0
    CCM = 1
    CCM_TFTP = 2
    TFTP = 3
    CAPF = 4
    APP_SERVER = 7
    TVS = 21

    @property
    def word(self) -> str:
        """The role as a person types and reads it: `sast`, `ccm+tftp`, `tvs`."""
        return self.name.lower().replace("ccm_tftp", "ccm+tftp").replace("_", "-")


ROLE_OF_WORD = {role.word: role for role in Role}
MAY_SIGN_LISTS = frozenset({int(Role.SAST)})
MAY_SIGN_FILES = frozenset({int(Role.CCM_TFTP), int(Role.TFTP)})


def function_text(code: int) -> str:
    """The role as `show itl` prints it; a code that no document names is printed as its number."""
    return FUNCTION_TEXTS.get(code, str(code))


def role_name(code: int) -> str:
    """The role in a sentence: short names, `SAST` rather than the long text of `show itl`."""
    return "SAST" if code == Role.SAST else function_text(code)

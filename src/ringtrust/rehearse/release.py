"""Which release of the lab plays that of a plan: the nearest whose lists are signed by the same rule."""

from collections.abc import Iterator

import msgspec

from ringtrust.change.ground import Ground
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError
from ringtrust.lab import releases


class Part(msgspec.Struct, frozen=True):
    """The release of the lab that plays, and what it does otherwise than the one of the plan, a sentence each."""

    release: releases.Release
    differences: tuple[str, ...]


def part_for(ground: Ground) -> Part:
    """Who plays. Raises RefusedError where no release of the lab follows the same rule."""
    known = [releases.release(name) for name in releases.known_releases()]
    alike = [each for each in known if (each.itl_signer, each.itl_sasts) == (ground.signer, ground.sasts)]
    if not alike:
        raise RefusedError(
            f"No release of the lab plays {ground.version}: there {ground.signer} signs the lists, and "
            f"{' and '.join(ground.sasts)} may; of the lab's {_names(known)} none has it so.",
            advice="`ringtrust prove` needs no lab.",
        )
    wanted = Release.of(ground.version)
    nearest = min(alike, key=lambda each: _distance(Release.of(each.version), wanted))
    return Part(nearest, tuple(_differences(ground, wanted, nearest)))


def _names(known: list[releases.Release]) -> str:
    return ", ".join(sorted((each.name for each in known), key=Release.of))


def _distance(one: Release, other: Release) -> tuple[int, int]:
    return abs(one.major - other.major), abs(one.minor - other.minor)


def _differences(ground: Ground, wanted: Release, played: releases.Release) -> Iterator[str]:
    if Release.of(played.version) != wanted:
        yield f"{ground.version} is played by {played.version}, whose lists are signed by the same rule."
    shared = {unit.name for unit in played.units if unit.owners == "publisher"}
    for unit in sorted(shared ^ set(ground.shared)):
        here, there = ("one for the cluster", "one a node")[:: 1 if unit in shared else -1]
        yield f"{unit} is {here} on the twin, and {there} on the cluster."
    if played.backup_holds_keys != ground.keys_restored:
        does = "brings" if played.backup_holds_keys else "does not bring"
        yield f"A restore {does} old keys back on the twin, other than on the cluster (R4)."
    carried = {unit.name for unit in played.units if "Phone-SAST-trust" in played.carried(unit)}
    for unit in sorted(carried ^ set(ground.vouched)):
        yield f"Whether TVS comes to vouch for {unit} differs: {'it does' if unit in carried else 'not'} on the twin."

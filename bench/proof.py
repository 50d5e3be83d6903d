"""Proving a plan for every certificate of a cluster, from 3 to 21 nodes: seconds, and how they grow."""

import math
from collections.abc import Iterator
from time import process_time
from typing import Final

from bench.result import Result
from bench.timing import Timed
from ringtrust.change.plan import Plan
from ringtrust.change.proof import Holds
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from tests.plan.material import V15, campus, planned

SIZES: Final = (3, 6, 12, 21)
TARGET: Final = 10.0
_TFTP_NODES: Final = 8
_ROUNDS: Final = 3
_SECOND: Final = 1e6


def results() -> Iterator[Result]:
    """Seconds for each size against one second, and the exponent of a line through their logarithms."""
    spent: list[float] = []
    for nodes in SIZES:
        plan = _plan(nodes)
        spent.append(min(seconds_of(plan) for _ in range(_ROUNDS)))
        timed = Timed(spent[-1] * _SECOND, _SECOND, spent[-1])
        yield Result(f"{nodes} nodes, {len(plan.steps)} steps", timed, TARGET if nodes == SIZES[-1] else None)
    grown = Timed(spent[-1] * _SECOND, spent[0] * _SECOND, spent[-1] / spent[0])
    yield Result(f"{SIZES[-1]} nodes to {SIZES[0]}", grown, None, f"grows as nodes to the {_exponent(spent):.1f}")


def _plan(nodes: int) -> Plan:
    """Eight units, up to eight TFTP nodes, and a CM group for every pair of subscribers."""
    names = ("pub", *(f"sub{number}" for number in range(1, nodes)))
    pairs = zip(names[1::2], names[2::2], strict=False)
    groups = {f"G{number}": pair for number, pair in enumerate(pairs)}
    return planned(campus(V15, nodes=names, tftp=names[:_TFTP_NODES], groups=groups), "all")


def seconds_of(plan: Plan) -> float:
    """Of the processor: what else the machine does is no part of it."""
    started = process_time()
    proof = prove(plan.ground, night_of(plan), plan.basis, Subject("bench", plan.digest), plan.made)
    if not isinstance(proof.verdict, Holds):
        raise SystemExit(f"the plan of {len(plan.nodes)} nodes does not prove")
    return process_time() - started


def _exponent(spent: list[float]) -> float:
    """By least squares."""
    xs, ys = [math.log(size) for size in SIZES], [math.log(seconds) for seconds in spent]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)

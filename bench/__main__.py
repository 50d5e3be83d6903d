"""Prints every figure with its target; ends with status 1 when one is missed."""

import sys
from collections.abc import Callable, Iterable

from bench import fleet, proof, rehearse, scan, secure, secure_proof, startup, stores, trustlist, waves
from bench.result import Result

_TABLES: tuple[tuple[str, Callable[[], Iterable[Result]]], ...] = (
    (
        "A trust list of ten records, read and verified, against the bare hash and RSA verification:",
        trustlist.results,
    ),
    ("Starting a quick verb, against a process that imports click:", startup.results),
    ("Auditing trust stores with every rule, against parsing their certificates:", stores.results),
    ("Scanning a cluster, against its slowest node alone:", scan.results),
    ("Proving a plan for every certificate of a cluster on 15, against one second of the processor:", proof.results),
    ("A wave of phones in memory, against one RSA-2048 verification for each phone:", waves.results),
    ("A plan for everything, rehearsed, against one RSA-2048 verification a phone and wave:", rehearse.results),
    ("Proving a plan for everything in mixed mode, against the same cluster without it:", secure_proof.results),
    ("The same rehearsed, a tenth of the phones off through the first wave:", secure.results),
    ("A cluster among many, by three workers one of which is killed, against a cluster alone:", fleet.results),
)


def main() -> int:
    """The tables."""
    missed = 0
    for title, results in _TABLES:
        print(title)
        for result in results():
            missed += _missed(result)
            print(_line(result))
    return 1 if missed else 0


def _missed(result: Result) -> bool:
    return result.target is not None and result.timed.ratio > result.target


def _line(result: Result) -> str:
    timed = result.timed
    figures = f"{timed.ours:9.1f} µs / {timed.bare:9.1f} µs = {timed.ratio:5.2f}"
    return f"  {result.name:<28} {figures}   {_verdict(result)}"


def _verdict(result: Result) -> str:
    """Whether its target is met, and what follows."""
    if result.target is None:
        return result.note or "for information"
    verdict = f"at most {result.target}: {'MISSED' if _missed(result) else 'met'}"
    return f"{verdict}; {result.note}" if result.note else verdict


if __name__ == "__main__":
    sys.exit(main())

"""Prints every figure with its target; ends with status 1 when one is missed."""

import sys

from bench.trustlist import results


def main() -> int:
    """The table."""
    missed = 0
    print("Reading and verifying a trust list of ten records, against the bare hash and RSA verification:")
    for name, timed, target in results():
        verdict = (
            "for information" if target is None else f"at most {target}: {'met' if timed.ratio <= target else 'MISSED'}"
        )
        missed += target is not None and timed.ratio > target
        print(f"  {name:<28} {timed.ours:7.1f} µs / {timed.bare:6.1f} µs = {timed.ratio:5.2f}   {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""ringtrust renews every certificate of a Cisco Unified Communications Manager cluster without one phone losing trust.

The rooms, in the order in which the data walks through them::

    connect -> observe -> SNAPSHOT -> audit -> findings
                             |
                             +-> plan -> PLAN -> prove    -> PROOF
                             |             +-> rehearse (on the lab) -> report
                             |             +-> apply    -> JOURNAL -> verify
                             +-> watch: the same road, on a clock and on every alarm

``cluster`` and ``change`` hold the nouns, ``trust`` what a phone checks, ``catalog`` what Cisco documents; ``report``,
``web`` and ``cli`` show; ``lab`` is a living cluster that stands apart. The contracts in pyproject.toml hold who may
import whom.
"""

__version__ = "0.1.0"

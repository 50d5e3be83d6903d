"""A Snapshot and a goal in, a Plan out. Pure: time, the catalog and the snapshot are arguments.

goal      what is to be renewed
fit       whether a snapshot is fit to plan from
targets   which certificates that means, type by type
phones    whom the plan waits for, and whom it cannot
gates     the conditions between steps, with their patience
locked    phones that an expired certificate keeps out, and which renewal lets them in
security  how the CTL is signed, and what a change asks of it
lsc_gates the conditions that a person opens, and those about LSCs
canary    who goes first in every wave
batches   which certificates change together
drafts    a step that has no number yet
phases    the steps of what changes together
mixed     what mixed mode adds to them
lscs      new LSCs: for whom, and in which batches
moves     mixed mode on and off, and a CTL without eTokens
in_turn   TFTP servers in turn
rollback  all at once, while phones hold an empty list
from_runbook  somebody's own night
fewest    the fewest phone resets that prove, and why fewer cannot be safe
fingerprint   what a plan leans on, compact; moved what is otherwise since; standing whether the proof still holds
due       what is due behind a renewal
costs     waves, restarts, minutes
instructions  what is typed, what is noticed, what to do when it fails; secure_instructions the same of mixed mode
strategies    the ways to a goal side by side: drafted, proved, weighed
notes     what a person should know beforehand; secure_notes the same of mixed mode
build     all of it, sealed
recover   when it has gone wrong: what brings phones back, and whom only a hand can help
"""

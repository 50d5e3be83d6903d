"""A Snapshot and a goal in, a Plan out. Pure: time, the catalog and the snapshot are arguments.

goal      what is to be renewed
fit       whether a snapshot is fit to plan from
targets   which certificates that means, type by type
phones    whom the plan waits for, and whom it cannot
gates     the conditions between steps, with their patience
batches   which certificates change together
phases    the steps of what changes together
in_turn   TFTP servers in turn
rollback  all at once, while phones hold an empty list
from_runbook  somebody's own night
fewest    the fewest phone resets that prove, and why fewer cannot be safe
costs     waves, restarts, minutes
instructions  what is typed, what is noticed, what to do when it fails
strategies    the ways to a goal side by side: drafted, proved, weighed
notes     what a person should know beforehand
build     all of it, sealed
"""

"""A Snapshot and a goal in, a Plan out. Pure: time, the catalog and the snapshot are arguments.

goal      what is to be renewed
fit       whether a snapshot is fit to plan from
targets   which certificates that means, type by type
phones    whom the plan waits for, and whom it cannot
gates     the conditions between steps, with their patience
phases    the steps of one type
notes     what a person should know beforehand
build     all of it, sealed
"""

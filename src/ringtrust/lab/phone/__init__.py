"""A phone: a state machine without I/O that knows `trust` and nothing else of the lab.

kind            what phones are like, as far as trust goes
events          what can happen to a phone, and what it wants done
acceptance      whether it takes a list or a file (trust-formats.md §6.2, §6.4)
configuration   what it reads out of its configuration file
phone           its life: boot, lists, configuration, registration, and all of it again after a reset
"""

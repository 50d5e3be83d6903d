"""Runs a plan against a lab twin built from what the plan knows of its cluster, and reports what the phones did.

memory    a lab cluster without a socket, behind the ports by which a real one is reached
seen      a lab cluster as a scan would see it
release   which release of the lab plays that of a plan
twin      the twin, declared; and which phones are which
carried   the plan, carried over to it
waiting   time that moves while somebody waits
house     phones in memory, or on the wire
signing   the files of all phones, signed on all processors at once
stage     a twin that lives
reach     how apply reaches it
faults    what may go wrong on request, as it is written
trouble   brings it about, and knows when it is over
person    takes backups, mends what is broken, calls apply again
record    what is written down meanwhile
muster    the phones in the end
rehearse  all of it, as a Rehearsal
"""

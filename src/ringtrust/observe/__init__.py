"""Reads a cluster through connect into a Snapshot, with the health of every source.

opening  the way into a cluster from the address of its publisher alone
account  the application user: a password that was refused once is not sent again
eyes     one look at one thing: raises when it cannot be read
scan     everything at once: what cannot be read becomes a value with its reason
check    every interface of every node tried, harmlessly: what works, and what is missing for what
rows     nodes, groups and phones out of the database
lists    a trust list, as a snapshot holds it
held     which list each of many phones holds
stores   whether a certificate is in a trust store
naming   what nodes are called, by whichever name
each     all nodes side by side
"""

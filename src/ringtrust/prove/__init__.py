"""A Plan or a runbook in, a Proof out: every interruption, every straggler, every single node lost. Pure.

ground     what of a snapshot a proof stands on
runbook    a night as an administrator wrote it
steps      the same from a plan
frame      what may be so on the servers between two deeds
moves      what a deed does to that
astray     phones that the night is to bring back, and whether it does
wreck      the ground where something has gone wrong already
served     the lists that a phone may meet, whether it takes one, and whether it is lost
search     every list that any phone may hold, between any two deeds
documents  what Cisco's documents forbid, be it that the mechanism would bear it
story      a counterexample, as it would happen
repair     what to insert, so that it holds
prove      all of it, as a Proof
check      a Proof, verified without the search
"""

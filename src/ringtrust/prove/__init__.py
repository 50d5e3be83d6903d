"""A Plan or a runbook in, a Proof out: every interruption, every straggler, every single node lost. Pure.

ground       what of a snapshot a proof stands on
secured      the same of mixed mode: the CTL, and who signed for which phones
runbook      a night as an administrator wrote it
steps        the same from a plan
frame        what may be so on the servers between two deeds
moves        what a deed does to that
served       the lists that a phone may meet, and whether it takes one
losing       whether any act on the servers can still bring it back
registering  whether a secure phone can register at all
search       every list that any phone may hold, between any two deeds
documents    what Cisco's documents forbid, be it that the mechanism would bear it
story        a counterexample, as it would happen
repair       what to insert, so that it holds
prove        all of it, as a Proof
check        a Proof, verified without the search
"""

"""Carries a plan out: one attempt an act, intent on disk before it and outcome after it, gates in between.

begin     every node answers, and is the one of the plan
moved     whether the cluster is still as it was scanned
window    whether a step may begin now
runs      in which run: its own, a new one, in place of another; due is what one still owes
made      what a run has made so far, in its gates
hands     who carries an act out, and who finds out what became of one; secure_hands the CTL and LSCs
settling  how that is found out, by waiting and looking; starts: of services, waves: of resets of phones
patience  how a gate is waited for
run       the steps of a plan in their order, from where the journal says
news      what is told while it happens
"""

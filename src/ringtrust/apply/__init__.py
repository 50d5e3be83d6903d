"""Carries a plan out: one attempt an act, intent on disk before it and outcome after it, gates in between.

begin     every node answers, and is the one of the plan
hands     who carries an act out, and who finds out what became of one
patience  how a gate is waited for
run       the steps of a plan in their order, from where the journal says
news      what is told while it happens
"""

"""Carries a plan out: one attempt an act, intent on disk before it and outcome after it, gates in between.

begin       every node answers, and is the one of the plan
alone       one change at a time for a cluster: locks, and the lease, kept alive by beating
moved       whether the cluster is still as it was scanned
runs        in which run: its own, a new one, in place of another; due is what one still owes
run         a plan from its first step to its last, or to where it has to stop
engine      who drives it from step to step; durable: DBOS, so that another process goes on
carrier     brings a step to its end, from whatever the journal says of it
permission  whether the next step may begin: what people have decided, and the windows of the cluster
passing     the gates of a step; patience is how one is waited for, made what a run has made so far
doing       one act: its intent, the act, its outcome
hands       who carries an act out, and who finds out what became of one; secure_hands the CTL and LSCs
settling    how that is found out, by waiting and looking; starts: of services, waves: of resets of phones
ears        what is said with the nodes, for the journal
news        what is told while it happens; status is how it ended, for a shell
fleet       many clusters
"""

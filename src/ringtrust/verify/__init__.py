"""Looks again through observe and judges whether an act has happened, and whether the phones came back.

judge         one condition, one verdict: passed, not yet, failed, unknown
health        replication, services, backup, parameters, groups
certificates  what is on disk, what has got where, what is served
lists         what the TFTP nodes serve
tvs           who vouches for it, as phones ask them
phones        who is registered, and what each holds
ctl           the CTL that all nodes serve
lscs          the phones' own certificates, and who signed them
said          what only a person can say
whole         the whole cluster after a plan
"""

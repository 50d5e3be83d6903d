"""Looks again through observe and judges whether an act has happened, and whether the phones came back.

judge         one condition, one verdict: passed, not yet, failed, unknown
health        replication, services, backup, parameters, groups
certificates  what is on disk, what has got where, what is served
lists         what the TFTP nodes serve
tvs           who vouches for it, as phones ask them
phones        who is registered, and what each holds
whole         the whole cluster after a plan
"""

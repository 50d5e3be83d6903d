"""A Snapshot in, findings out. Pure: "now" is when the snapshot was taken. One module a family of rules.

audit     all rules, in the order of what matters
isolation a rule that crashes hides nothing
table     the releases that a rule holds for, and its level
review    an audit as somebody asks for it: a profile, suppressions, compared with an older one
profiles  which findings belong to what somebody asks for
suppressions   findings that somebody lives with, for a time and a reason
compare   two audits: new, gone, still there
seen      what every rule is given, and what several of them ask
expiry    identity certificates that expire, and what that breaks
trusted   certificates in trust stores that expire
phone_certificates   LSC and MIC, once the CAPF certificate goes
weak      short keys, old digests, certificates that a CA signed
lists     the ITL of every TFTP node
copies    the certificate at a port and in the stores of other nodes against the one on the disk
servers   replication, authentication, services
settings  security mode, rollback parameter, CM groups
backups   whether there is a way back
phones    what phones hold, and who is not there
unread    what could not be read: it is never a clean result
services  which services are needed
"""

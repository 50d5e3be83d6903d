"""Mixed mode: CTLs and who signed them, secure phones and their LSCs.

ctl         what stands in the CTL of each node, and whether all have one
ctl_signer  who signed it, and whether anybody still can
phones      which phones are secure, and by what
lscs        how their LSCs stand
lsc_words   what failed, in Cisco's words, and the way out
recovery    whether the other key is long enough to help
"""

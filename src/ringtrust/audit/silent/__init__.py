"""Changes of certificates that nobody meant to make: two snapshots of a cluster in, findings out (P16, H22 to H24).

changed    which certificates of which node are other ones, between an older snapshot and a newer one
names      what a certificate says of its node: host name, domain, and the rest
fits       which event a node's changes fit
told       each as a finding
happened   all of it
"""

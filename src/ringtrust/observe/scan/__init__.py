"""A Snapshot of a whole cluster: all nodes and all doors at once.

cluster       the scan: what is asked first, and what side by side
look          who may be asked what, and who is not worth asking any more
sources       every question, through which door, and how it went
node          one node
certificates  its certificates: those on its disk, and what the database says of them
inventory     what the database says of the certificates of all nodes, asked once
replicas      how the databases follow
phones        which phones there are, which are registered, and what each holds
surroundings  what a plan hangs on besides, as far as the cluster tells
"""

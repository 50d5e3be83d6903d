"""A living cluster with phones, on loopback. Stands apart: it meets the tool on the wire and nowhere else.

topology, topologies   the declaration of a cluster, and those that come with ringtrust
releases               what a release of CUCM does, as data
labtime                the clock of a lab
certificates           how certificates are made and written down
state                  the cluster itself: what is on disk, replicated, running, loaded
phone, phones          a phone, which knows the trust formats and nothing else; and all phones of a topology
platform, soap         what a node answers at its command line, and over AXL and RISPort70
wire                   sockets for all of that
memory                 phones and a cluster without a socket, as fast as it can be computed
current                whether a phone holds what is served now
offers, stranded       whether somebody must walk to a phone, and what the servers could still give it
process                all of it as a process of its own, and what may go wrong with it
coverage               what of a cluster's interfaces is served, as data
"""

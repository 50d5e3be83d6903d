"""The nouns of a cluster. Values only, frozen, with a versioned JSON form.

facts         what was read, what could not be read, what was not asked for
release       which release runs
names         units, stores and services, as Cisco spells them
certificate   a certificate, decoded
node          a node: its services, certificates, list
phone         phones and CM groups
formats       what a document says that it is
snapshot      all of it, at one moment
"""

"""What is known about CUCM's certificates: TOML data, every row with its sources, handed on as one frozen value.

row        what every row has: its sources, and the releases that it holds for
units      identity units and the certificates of phones
stores     trust stores, how a deletion is done, what was there from installation on
services   services, and which of them load a new certificate
releases   what a release decides
models     what models of phones can do, as far as trust goes
rules      the rules of an audit: what each code stands for, and how much it asks for
years      what changes in the coming years, and when
events     what makes certificates anew by itself
knowledge  orders, hazards, defects, hand-offs, statements of the seed
asked      what holds for one release
catalog    all of it, asked by name, by number and by release
load       reads the data
"""

"""What was meant, and what became of it: on disk before and after every act (design.md §4.3).

tables    the SQL tables
records   the values that come out of them
file      the file that they are in
journal   one journal: runs, intents, outcomes, gates
lock      one apply at a time for a cluster
"""

"""What was meant, and what became of it: on disk before and after every act (design.md §4.3).

tables    the SQL tables
records   the values that come out of them
file      the file that they are in
journal   one journal: runs, intents, outcomes, gates
store     the database, SQLite or PostgreSQL
kinds     what its entries say
chain     each bound to the one before
lock      one apply at a time for a cluster, on one machine
lease     the same wherever it is carried out from
who       who sits here
briefs    runs in a list
timeline  one run, one thing after the other
export    a journal as a file of lines
check     whether one is as it was written
"""

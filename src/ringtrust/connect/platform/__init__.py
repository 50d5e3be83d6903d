"""The platform CLI of a node (interfaces.md §1).

grammar     what the CLI says and waits for, as data: grammar.toml
dialogue    what a terminal shows, cut into answers; questions: where the CLI waits for a word, and what an act answers
host_keys   pinned on first use; login: the way in, the password sent once
ssh         the session: one line a command, one attempt for what changes something; turn: what was said in it
node        what one asks a node; node_acts: what one tells it to do; speaking: what both have in common
failures, dates, certificates, csr, services, health, status, replication, backups, drs, ntp, risdb, perf, haproxy,
files, lists, tables, default_cas, acts, upgrade, syslog   readers: text in, value out
"""

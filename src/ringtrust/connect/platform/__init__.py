"""The platform CLI of a node (interfaces.md §1).

dialogue    what a terminal shows, cut into answers; questions: where the CLI waits for a word
host_keys   pinned on first use; login: the way in, the password sent once
ssh         the session: one line a command, one attempt for what changes something
node        what one asks a node, and what one tells it to do
failures, dates, certificates, services, health, replication, backups, lists, tables, acts   readers: text in, value out
"""

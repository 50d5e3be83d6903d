"""The platform CLI of a node (interfaces.md §1).

dialogue    what a terminal shows, cut into answers; questions: where the CLI waits for a word
ssh         the session: host key pinned, one attempt for what changes something
node        what one asks a node, and what one tells it to do
failures, dates, certificates, services, health, replication, backups, lists, tables, acts   readers: text in, value out
"""

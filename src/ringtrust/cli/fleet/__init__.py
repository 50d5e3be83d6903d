"""`ringtrust fleet`: many clusters at once.

verbs   the group, and what each verb takes
go      hands jobs to the queue, works on it, and waits
folder  snapshots and plans of many clusters, a file each
table   one table, a cluster a line
worker  a process that works on the queue until it is ended
"""

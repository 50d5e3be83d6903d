"""Many clusters: which ones, who does what to each, and who goes on when a worker dies.

selection  which clusters are meant
work       what a worker does to one cluster: scans it, or carries a plan out
share      what one process takes of the work
queue      the queues that workers share, and the work of those that have died
"""

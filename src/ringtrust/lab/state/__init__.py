"""The cluster itself: what is on disk, what has been replicated, what runs, and what running services have loaded.

No socket here. What takes time in a cluster takes it on the lab's clock (labtime.py).
"""

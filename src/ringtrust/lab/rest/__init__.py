"""The certificate REST interface of a node (releases 14 and later), without a socket: a request in, an answer out.

paths     where what stands: those that no source shows stand there too, marked [U]
bodies    what a client may send
certmgr   what is answered (interfaces.md §2)
"""

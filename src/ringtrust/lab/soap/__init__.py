"""The SOAP interfaces of a node, without a socket: a document in, a document out.

envelope   requests and answers
axl        administration: SQL, parameters, resets (interfaces.md §3)
ris        who is registered where: RISPort70 (interfaces.md §5)
"""

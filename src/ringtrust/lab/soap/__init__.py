"""The SOAP interfaces of a node, without a socket: a document in, a document out.

envelope   requests and answers
axl        administration: SQL, parameters, resets (interfaces.md §3)
ris        who is registered where: RISPort70 (interfaces.md §5)
control_center   the services of a node (interfaces.md §4)
perfmon    counters (interfaces.md §6)
wsdl       what clients are told of the last two
"""

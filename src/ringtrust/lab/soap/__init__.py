"""The SOAP interfaces of a node, without a socket: a document in, a document out.

envelope   requests and answers
axl        administration (interfaces.md §3): axl_sql, axl_objects of axl_kinds, axl_changes, axl_resets
ris        who is registered where: RISPort70 (interfaces.md §5): ris_seen, ris_answer, and its ris.wsdl
control_center   the services of a node (interfaces.md §4)
perfmon    counters (interfaces.md §6)
wsdl       what clients are told of the last two
"""

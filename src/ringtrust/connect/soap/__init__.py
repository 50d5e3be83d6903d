"""The SOAP interfaces of a node (interfaces.md §3 to §6).

envelope   an operation out, the element of the answer in; whatever else comes is a typed error
axl        administration: the database by SQL, parameters, resets
ris        who is registered where
"""

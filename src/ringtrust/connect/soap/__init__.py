"""The SOAP interfaces of a node (interfaces.md §3 to §6).

envelope         an operation out, the element of the answer in; whatever else comes is a typed error
axl              administration: the database by SQL, nodes, parameters, resets
faults, parts    what a fault of AXL means, and a SELECT that is too large for one answer
control_center   what runs on a node; start, stop, restart
ris              who is registered where
perfmon          counters
limiter          so many requests a minute
"""

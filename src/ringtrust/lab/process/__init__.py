"""A lab as a process: from `lab up` to `lab down`.

lab          a cluster with all its ports open, and its phones on the network
muster       counting the phones
faults       what may happen to it
fault_names  the faults that can be asked for, by name
on_request   those that somebody has asked for
status       what a running lab says of itself
folder       its folder: socket, secrets, ringtrust.toml
serving      the process, and what it answers over its control socket
control      the other end of that socket, for the command line
"""

"""How to talk to a cluster: one module an interface, ports first (design.md §2). What is read comes back as a value.

ports        what the rooms to the right ask for, whoever carries it out
platform     the platform CLI over SSH: its dialogue, its answers, its questions
soap         AXL and RISPort70: administration, and who is registered where
files        trust lists and configuration files, as phones fetch them
tls, tvs     what a port shows, and whom TVS vouches for
phone_page   the web page of a phone
pins         which certificates HTTPS may show
"""

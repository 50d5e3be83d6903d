"""How to talk to a cluster: one module an interface, ports first (design.md §2). What is read comes back as a value.

ports        what the rooms to the right ask for, whoever carries it out
platform     the platform CLI over SSH: its dialogue, its answers, its questions
soap         AXL, Control Center, RISPort70, PerfMon: administration, services, who is registered where, counters
rest         certificates of release 14 and later
files, tftp  trust lists and configuration files, as phones fetch them
tls, tvs     what a port shows, and whom TVS vouches for
alarms       the text of alerts, mails and syslog lines
offline      an export: a cluster as somebody has written it down; unopened: the doors that it cannot have
phone_page   the web page of a phone
web          HTTP and HTTPS within bounds; one login a client, for the doors of its account
pins         which certificates HTTPS may show
tap          who hears what is said in every session; mask: what is secret, taken out of it
patience     a question waits out a busy server, an act never does
"""

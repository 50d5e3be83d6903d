"""Sockets: every interface of a node and of a phone, on loopback, at its own address and at its real port.

network    a part of 127.0.0.0/8 for one lab; who is in the way of a port
door       a port that is open while its service runs, and refuses connections while it does not
tls        server and client contexts
http       HTTP/1.1 for both sides
ssh        the platform CLI                          TCP 2222 (22)
tftp_http  trust lists and configuration             TCP 6970
tvs        the Trust Verification Service            TCP 2445
tomcat     AXL and RISPort70 over HTTPS              TCP 8443
callmanager, sip   registration                      TCP 5060
phone_line, phone_web   what a phone does with its network
"""

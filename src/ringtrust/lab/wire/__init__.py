"""Sockets: every interface of a node and of a phone, on loopback, at its own address and at its real port.

network    a part of 127.0.0.0/8 for one lab; who is in the way of a port
door       a port that is open while its service runs, and refuses connections while it does not
node_doors which port belongs to which services
tls        server and client contexts
http       HTTP/1.1 for both sides
accounts, sessions   who may come in at the web doors, and how long without a password
ssh        the platform CLI                          TCP 2222 (22)
tftp_files, tftp_http   lists and configuration      TCP 6970, over TLS 6971 and 6972
tftp, tftp_door   the same over TFTP                 UDP 6969 (69)
tvs        the Trust Verification Service            TCP 2445
tomcat     AXL, RISPort70, Control Center, PerfMon, certificate REST over HTTPS   TCP 8443 (443)
syslog     alarms to a receiver                      UDP
silent     a port of a node that hangs
callmanager, sip   registration                      TCP 5060
phone_line, phone_web   what a phone does with its network
"""

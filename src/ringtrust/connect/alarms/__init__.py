"""The reader of alarms in foreign text: syslog, RTMT alerts, and mails (interfaces.md §7).

plain    bytes in, plain text out: encodings, line ends, mails, HTML
dates    days and times as nodes write them; which year, where none is written
fields   the parameters of an alarm, the header that syslog puts in front, the fields of RTMT
read     a text in, its alarms out
"""

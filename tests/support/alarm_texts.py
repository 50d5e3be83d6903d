"""Alarms as they come: the one of the seed (S24, S25), and others of public captures with other names in them."""

SEED = """\
At Fri Sep 05 02:00:56 CEST 2014 on node 192.168.1.2, the following SyslogSeverityMatchFound events generated:
SeverityMatch : Critical
MatchedEvent : Sep  5 02:00:06 CUCM02 local7 2 : 864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  \
%UC_CERT-2-CertValidfor7days: %[Message=Certificate expiration Notification. Certificate name:CUCM01.der \
Unit:tomcat-trust Type:own-cert Expiration:Mon May 19 14:46:][AppID=Cisco Certificate Monitor][ClusterID=]\
[NodeID=CUCM02]: Alarm to indicate that Certificate has Expired or Expires in less than 7 days
AppID : Cisco Syslog Agent
ClusterID :
NodeID : CUCM02
 TimeStamp : Fri Sep 05 02:00:16 CEST 2014
"""

# Two alarms, the header of the second behind the text of the first.
TWO = """\
Jun 19 12:00:00 fulfil local99 0 : 42: fulfil.example:
Jun 19 2019 10:00:00.19 UTC :  %UC_CERT-0-CertExpired: %[Message=Certificate expiration Notification. Certificate \
name:tomcat.der Unit:tomcat Type:own-cert Expiration:Sun Mar 26 12:30:59:000 CES][AppID=Cisco Certificate Monitor]\
[ClusterID=][NodeID=fulfil]: Certificate has Expired and needs to be changed at the earliest Jun 19 12:00:00 fulfil \
local99 0 : 43: fulfil.example:
Jun 19 2019 10:00:00.21 UTC :  %UC_CERT-0-CertExpired: %[Message=Certificate expiration Notification. Certificate \
name:ipsec.der Unit:ipsec Type:own-cert Expiration:Sun Mar 26 12:30:57:000 CEST ][AppID=Cisco Certificate Monitor]\
[ClusterID=][NodeID=fulfil]: Certificate has Expired and needs to be changed at the earliest
"""

# How RTMT hands an alert on over syslog: line ends are #012.
IN_SYSLOG = (
    "May 21 08:11:00 pub local7 1 : 63: pub.example: May 21 2021 13:11:00.001 UTC :  %UC_RTMT-1-RTMT_ALERT: "
    "%[AlertName=SyslogSeverityMatchFound][AlertDetail= At Fri May 21 08:11:00 CDT 2021 on node imp.example, the "
    "following SyslogSeverityMatchFound events generated: #012SeverityMatch : Alert#012MatchedEvent : May 21 08:10:24 "
    "imp local7 1 : 62: imp.example: May 21 2021 13:10:24.476 UTC : %UC_ReplWatcher-1-DuplicateUserid: %[AppID=Cisco "
    "IM and Presence Data Monitor][ClusterID=][NodeID=imp]: Two or more users share the same UserID value.#012AppID : "
    "Cisco Syslog Agent#012ClusterID : #012NodeID : imp#012 TimeStamp : Fri May 21 08:10:24 CDT 2021][AppID=Cisco AMC "
    "Service][ClusterID=][NodeID=pub]: RTMT Alert\n"
)

BACKUP_ALERT = """\
At Sat Nov 21 01:05:00 CET 2026 on node 10.1.1.10, the following CiscoDRFFailure events generated:
Reason : DRF was unable to back up component CDR_CAR
AppID : Cisco DRF Local
ClusterID : StandAloneCluster
NodeID : pub
 TimeStamp : Sat Nov 21 01:04:40 CET 2026
"""


def expiring(
    *,
    name: str = "CertValidfor7days",
    level: int = 2,
    certificate: str = "tomcat.der",
    unit: str = "tomcat",
    kind: str = "own-cert",
    expiration: str = "Sat Nov 28 10:00:00:000 CET",
    node: str = "sub1",
    dated: str = "Nov 24 2026 20:00:00.123 UTC",
) -> str:
    """A line of CiscoSyslog about a certificate."""
    return (
        f"Nov 24 21:00:00 {node} local7 {level} : 17: {node}.example: {dated} :  %UC_CERT-{level}-{name}: "
        f"%[Message=Certificate expiration Notification. Certificate name:{certificate} Unit:{unit} Type:{kind} "
        f"Expiration:{expiration}][AppID=Cisco Certificate Monitor][ClusterID=][NodeID={node}]: Look at it\n"
    )


def event(name: str, facility: str = "UC_TVS", level: int = 6, text: str = "It has happened") -> str:
    """A line about something else than the end of a certificate."""
    return (
        f"Nov 24 21:00:00 sub1 local7 {level} : 18: sub1.example: Nov 24 2026 20:00:00.123 UTC :  "
        f"%{facility}-{level}-{name}: %[AppID=Cisco Something][ClusterID=][NodeID=sub1]: {text}\n"
    )

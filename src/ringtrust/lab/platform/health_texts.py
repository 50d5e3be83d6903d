"""Literal texts of the commands that tell how a node is (interfaces.md §1.11); where no source shows one, [U]."""

from typing import Final

NO_OPTIONS: Final = "Active Version Installed Software Options:\nNo Installed Software Options Found."
NO_INACTIVE: Final = (
    "Inactive Master Version: \nInactive Version Installed Software Options:\nNo Inactive Version."  # [U]
)
OS_VERSION: Final = "7.0.0.0-4"

# 221038: the layout of 12.5.
STATUS: Final = """
CPU Idle:   97.86%  System:   01.07%    User:   01.07%
  IOWAIT:   00.00%     IRQ:   00.00%    Soft:   00.00%

Memory Total:        7990056K
        Free:         130848K
        Used:        3963172K
      Cached:        3232656K
      Shared:         484376K
     Buffers:        3896036K

                        Total            Free            Used
Disk/active         19805412K        6240536K       13345948K (69%)
Disk/inactive       19805412K        6601928K       12984556K (67%)
Disk/logging        69234984K       47315340K       18380628K (28%)
"""

# As a Cisco document shows it of 12.5; line breaks restored.
HARDWARE: Final = """
HW Platform       : VMware Virtual Machine
Processors        : 2
Type              : Intel(R) Xeon(R) CPU E5-2699A v4 @ 2.40GHz
CPU Speed         : 2400
Memory            : 8192 MBytes
Object ID         : 1.3.6.1.4.1.9.1.1348
OS Version        : UCOS 7.0.0.0-4.i386
Serial Number     : VMware-42 16 00 00 00 00 00 00-00 00 00 00 00 00 00 00

RAID Version      :
No RAID controller information is available

BIOS Information  :
PhoenixTechnologiesLTD 6.00 11/12/2020

RAID Details      :
No RAID information is available
-----------------------------------------------------------------------
Physical device information
-----------------------------------------------------------------------
Number of Disks   : 1
Hard Disk #1
Size (in GB)      : 110
"""

NTP: Final = """ntpd (pid 8609) is running...

     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
{peer}

"""
SYNCHRONISED: Final = """synchronised to NTP server ({source}) at stratum {stratum}
   time correct to within 32 ms
   polling server every 64 s

Current time in UTC is : {now}
Current time in Etc/UTC is : {now}"""
UNSYNCHRONISED: Final = """unsynchronised
   polling server every 8 s

Current time in UTC is : {now}
Current time in Etc/UTC is : {now}"""

ONLY_ON_SUBSCRIBER: Final = "Without a host this command can be run on a subscriber only."  # [U]
THREE_MINUTES: Final = "This command can take up to 3 minutes to complete."
CONTINUE: Final = "Continue (y/n)?"
RUNNING_TEST: Final = "Running test, please wait ...\n."
CONNECTED: Final = "Network connectivity test with {host} completed successfully ."
NOT_CONNECTED: Final = "Network connectivity test with {host} failed."  # [U]

OFF_HOURS: Final = "This module must be run directly and off hours"
DIAGNOSE_BEGINS: Final = """
Log file: {log}

Starting diagnostic test(s)
==========================="""
DIAGNOSE_ENDS: Final = """
Diagnostics Completed


 The final output will be in Log file: {log}


 Please use 'file view activelog {log}' command to see the output
"""

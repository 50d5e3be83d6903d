"""What a phone checks: trust lists (ITL, CTL), signed files, and the messages of TVS. Bytes in, values out.

tlv       tag, length, value: the container of every signed file
header    who signed, how, when, under which name
record    one certificate of a trust list and its role
lists     ITL and CTL: read, build
signed    .sgn files: read, build
signature sign; and judge whether a signature holds, for whose key
tvs       the four messages of the Trust Verification Service
show      a list as `show itl` and `show ctl` print it
diff      what changed from one list to the next, in words
choices   what the documents leave open, decided in one place
"""

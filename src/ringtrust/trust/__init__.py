"""What a phone checks: trust lists (ITL, CTL), signed files, and the messages of TVS. Bytes in, values out.

    tlv, tags        tag, length, value: the container of every signed file; what the tags are called
    shapes           layouts seen before, recognised at a glance
    header, record   who signed, how, when, under which name; one certificate and its role
    lists, signed    ITL and CTL, and .sgn files: read, build
    signature        sign; judge whether a signature holds, and for whose key
    signer, remarks  who signed a list; what is odd about one
    show, diff       a list as `show itl` prints it; what changed from one to the next, in words
    tvs              the four messages of the Trust Verification Service
    choices          what the documents leave open, decided in one place

`names`, `roles`, `digests` and `certificates` are what headers and records hold.
"""

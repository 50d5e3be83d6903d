"""What a phone checks: trust lists (ITL, CTL), signed files, the messages of TVS and CAPF. Bytes in, values out.

    tlv, tags        tag, length, value: the container of every signed file; what the tags are called
    shapes           layouts seen before, recognised at a glance
    header, record   who signed, how, when, under which name; one certificate and its role
    lists, signed    ITL and CTL, and .sgn files: read, build
    encrypted        .enc.sgn files: open them with the phone's key, build them; encryption_block is what they say of it
    signature        sign; judge whether a signature holds, and for whose key
    signer, remarks  who signed a list; what is odd about one
    show, diff       a list as `show itl` prints it; what changed from one to the next, in words
    tvs              the four messages of the Trust Verification Service
    capf             the messages by which a phone gets its LSC; capf_frame cuts streams, capf_views has the short ones
    capf_elements    numbers, certificates and proofs in them; capf_proof makes and checks the proofs
    choices          what the documents leave open, decided in one place

`names`, `roles`, `digests` and `certificates` are what headers and records hold.
"""

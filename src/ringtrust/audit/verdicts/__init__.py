"""Which trust certificates may go: a verdict for every one of every node (domain.md §4, S151 to S168).

index    what a cluster is asked for, read once: identities, names, lists, issuers, chains
hosts    which host and domain a certificate is about, and whether they are ours
kinds    what a certificate is
leaning  who leans on it now, and what nobody could find out
judge    the verdicts
"""

"""What is coming in the next years, and what it means for this cluster (docs/years.md). The dates are catalog data.

authorities    whether a public CA signed a certificate, as far as its name tells
stored         what lies in the trust stores, and whose it is
leaning        who still leans on a certificate that lies in a store
client_eku     clientAuth, which public CAs stop signing
lifetime       how often renewals will be due
weak_trusted   SHA-1 and short RSA keys among those whom the cluster trusts
rsa_long       RSA keys that models of phones may not take
split          server and client certificates apart
list_size      ITLs that are near their limits
duplicates     certificates that are there twice
dropped        expired certificates that an upgrade leaves behind
"""

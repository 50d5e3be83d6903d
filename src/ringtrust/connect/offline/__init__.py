"""A cluster as somebody else has written it down: a folder of what terminals showed, files, certificates, SQL results.

transcripts   what a terminal showed, cut into commands and answers
folder        the files of an export, by node
wire          the ports by which a scan reads them, as it reads a cluster
recording     the other way round: everything that a scan hears, written into such a folder
"""

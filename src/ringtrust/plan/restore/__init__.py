"""What the restore of a backup would bring back, and what phones would make of it (R4, H24, P17). Pure.

returning  the certificates that would come back, go, or come anew
restore    the phones, and what has to be done around it
"""

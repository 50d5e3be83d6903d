"""What a proof stands on where something has gone wrong: phones may hold lists that nobody serves any more. Pure.

before   what there was before, as far as anybody has seen it: certificates, lists, CTLs
held     what each phone may hold, list by list
ground   the ground of a wreck
"""

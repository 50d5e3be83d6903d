"""`ringtrust runs`, `pause`, `abort`, `approve`, `override`: the journal seen by people, and what they decide.

place     where the journal is
verbs     runs list, show, export, verify
decide    what decisions have in common; each has a module of its own
gates     which gate may be let pass, and what becomes of the proof
working   who works on a run now
"""

"""`ringtrust runs`, `pause`, `abort`, `approve`, `override`: the journal seen by people, and what they decide.

place     where the journal is
verbs     runs list, show, export, verify
decide    pause, abort, approve, override
word      what a decision comes to, in sentences
"""

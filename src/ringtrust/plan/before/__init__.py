"""Before a change that makes certificates anew by itself (P16): a Snapshot and the change in, a Preparation out. Pure.

asked      which change, and where
made       which certificates it makes anew here
moves      steps, each with its lines of the night
ways       how phones are kept through it: as it is, with the rollback parameter, with the CTL signed by its other key
outlook    what the proof says of a night
checks     what has to be so first
prepare    all of it
"""

"""Mixed mode: what a plan does about the CTL, about LSCs, and about phones that are locked out.

security      who signs the CTL, and what a change asks of it
ctl           the steps that make it, where they are proven safe
lscs          a new LSC for every phone, in batches, a canary first
lsc_gates     what is waited for behind each batch
locked        phones that an expired certificate keeps out
moves         between eTokens and none, into mixed mode and out of it
instructions  what is typed, and what phones notice
notes         what a person should know beforehand
"""

"""Tells the story: one cluster twice, a careless night on the one and a planned night on the other, side by side.

labs      two labs, each in a process of its own
careless  what a hurried administrator types
planned   scan, audit, plan, apply, verify
count     what the phones say in the end
nights    both at once, told as they happen
"""

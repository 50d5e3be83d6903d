"""When it has gone wrong: a Snapshot in; what is there, who can be brought back and how, and a Plan that does it. Pure.

wrong         what is wrong on the servers
means         ways to bring phones back, each as steps
reached       whom a way brings back, by the proof
weigh         the ways side by side, the best first
told          what happened, as far as anybody can tell
hands         phones that only a hand can help, and which keys to press
recovery      all of it
"""

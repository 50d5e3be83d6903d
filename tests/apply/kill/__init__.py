"""Apply is killed (SIGKILL) at every boundary of a night, and gone on with by another process, on both databases.

job       what a process is told, and what it answers
mortal    journal, hands and engine before and after every word of which the process may end
child     one process: it carries the plan on, up to the first boundary at which none has died yet
zygote    a process that has everything loaded, and forks such processes
match     a cluster of the lab, and the match of one plan against all these deaths
"""

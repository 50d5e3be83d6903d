"""The platform CLI of a node, without a socket: characters in, characters out (interfaces.md §1).

    terminal   one line or one key at a time, with echo, as the console of CUCM takes them
    shell      the prompt, and what holds for every command
    registry   what a command is: its words, the privilege that it takes, the releases that have it
    help       `help`, `?` and TAB
    pager      the two pagers
    texts      literal texts, and what is written where no source shows any (also health_texts, security_texts,
               ctl_texts)

and one module a family of commands, each with its COMMANDS: certificates, imports, authorities, keys, lists, ctl,
services, restart, health, diagnose, replication, performance, phones, backups, sql, files, settings, accounts.
"""

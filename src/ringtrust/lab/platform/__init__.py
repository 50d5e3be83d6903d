"""The platform CLI of a node, without a socket: characters in, characters out (interfaces.md §1).

    terminal   one line or one key at a time, with echo, as the console of CUCM takes them
    shell      the prompt, the table of commands, and what holds for all of them
    pager      the two pagers
    texts      literal texts, and what is written where no source shows any

and one module a family of commands: certificates, lists, services, health, backups, sql, logs.
"""

------------------------------- MODULE trust -------------------------------
\* What phones trust while the certificates of a CUCM cluster are renewed: the world of `ringtrust prove`, as proof.md
\* tells it, small enough to read. A phone takes a list when it knows the signer, or when a TVS of its CM group that it
\* knows by its certificate vouches for him (SG15, 118893). One phone is enough, as phones never meet.
\*
\* Whatever may be late is late: what has to arrive, lists built anew, services that start. A phone that is off fetches
\* nothing for a while, which it may do anyway. Of a node that is down and comes back only the Start is seen.
\* Left out, and left to prove: the CTL, the rollback parameter, backups, deleted certificates.
EXTENDS Naturals

CONSTANTS
    Nodes, Publisher,   \* the cluster
    Tftp,               \* the nodes that serve lists
    Group,              \* the TVS servers of the phone: its CM group
    Signer,             \* the unit that signs lists: CallManager up to 11.5, ITLRecovery from 12.0 on
    Second,             \* the other unit that may, and with which R1 signs; None before 10.0
    Most,               \* how often a certificate is renewed at most
    Guarded             \* whether a complete wave stands between two types (H01 to H04); FALSE: anything goes

CallManager == "CallManager"
TVS         == "TVS"
ITLRecovery == "ITLRecovery"
None        == "none"

VARIABLES
    disk,      \* the number of the certificate on disk, by place
    heard,     \* by node: the number that has got there, by place
    loaded,    \* by node: the number of the certificate that its TVS has loaded
    served,    \* by TFTP node: its list
    held,      \* the list that the phone holds
    changed    \* the units that were renewed since the last complete wave

vars == <<disk, heard, loaded, served, held, changed>>

----------------------------------------------------------------------------
\* Places and certificates

Sasts  == {Signer, Second} \ {None}
Units  == Sasts \cup {TVS}

\* From 12.0 on there is one ITLRecovery for all nodes; before, each has its own.
Owner(unit, node) == IF unit = ITLRecovery /\ Signer = ITLRecovery THEN Publisher ELSE node
Places == {<<unit, Owner(unit, node)>> : unit \in Units, node \in Nodes}

\* A certificate is a place and a number.
OnDisk(place) == <<place, disk[place]>>

----------------------------------------------------------------------------
\* Lists

\* The list that a TFTP node builds from what has got to it.
Fresh(node, known) ==
    [signer |-> <<<<Signer, Owner(Signer, node)>>, known[<<Signer, Owner(Signer, node)>>]>>,
     sasts  |-> {<<<<unit, Owner(unit, node)>>, known[<<unit, Owner(unit, node)>>]>> : unit \in Sasts},
     tvs    |-> {<<<<TVS, member>>, known[<<TVS, member>>]>> : member \in Group}]

\* What TVS of a node knows: its own node's certificates, and of others what has got to it by Phone-SAST-trust.
Vouches(node, signer) == heard[node][signer[1]] = signer[2]

Accepts(list) ==
    \/ list.signer \in held.sasts
    \/ \E node \in Group : <<<<TVS, node>>, loaded[node]>> \in held.tvs /\ Vouches(node, list.signer)

----------------------------------------------------------------------------
\* What may happen

Init ==
    /\ disk    = [place \in Places |-> 0]
    /\ heard   = [node \in Nodes |-> disk]
    /\ loaded  = [node \in Nodes |-> 0]
    /\ served  = [node \in Tftp |-> Fresh(node, disk)]
    /\ held   \in {served[node] : node \in Tftp}
    /\ changed = {}

\* `set cert regen`. The guard: nothing of another type has changed since every phone held a list of now.
Renew(place) ==
    /\ disk[place] < Most
    /\ Guarded => changed \subseteq {place[1]}
    /\ disk'    = [disk EXCEPT ![place] = @ + 1]
    /\ heard'   = [heard EXCEPT ![place[2]][place] = disk[place] + 1]
    /\ changed' = changed \cup {place[1]}
    /\ UNCHANGED <<loaded, served, held>>

\* Replication and Change Notification have brought a certificate to a node.
Arrive(node, place) ==
    /\ heard[node][place] < disk[place]
    /\ heard' = [heard EXCEPT ![node][place] = disk[place]]
    /\ UNCHANGED <<disk, loaded, served, held, changed>>

\* A list follows certificates by itself (S113).
Build(node) ==
    /\ served[node] # Fresh(node, heard[node])
    /\ served' = [served EXCEPT ![node] = Fresh(node, heard[node])]
    /\ UNCHANGED <<disk, heard, loaded, held, changed>>

\* TVS loads what is on the disk of its node: it was restarted, or the node was down and is back.
Start(node) ==
    /\ loaded[node] # disk[<<TVS, node>>]
    /\ loaded' = [loaded EXCEPT ![node] = disk[<<TVS, node>>]]
    /\ UNCHANGED <<disk, heard, served, held, changed>>

\* `utils itl reset localkey` (R1): every list is signed by the other unit of the publisher, until it is built anew.
ResetItl ==
    /\ Second # None
    /\ served' = [node \in Tftp |-> [served[node] EXCEPT !.signer = OnDisk(<<Second, Publisher>>)]]
    /\ served' # served
    /\ UNCHANGED <<disk, heard, loaded, held, changed>>

Fetch(node) ==
    /\ held # served[node]
    /\ Accepts(served[node])
    /\ held' = served[node]
    /\ UNCHANGED <<disk, heard, loaded, served, changed>>

\* `wait sync`, and then a wave that passes when the phone holds what is served.
Wave ==
    /\ changed # {}
    /\ \A node \in Nodes : heard[node] = disk
    /\ \A node \in Tftp : [served[node] EXCEPT !.signer = None] = [Fresh(node, disk) EXCEPT !.signer = None]
    /\ held \in {served[node] : node \in Tftp}
    /\ changed' = {}
    /\ UNCHANGED <<disk, heard, loaded, served, held>>

Next ==
    \/ \E place \in Places : Renew(place)
    \/ \E node \in Nodes, place \in Places : Arrive(node, place)
    \/ \E node \in Tftp : Build(node) \/ Fetch(node)
    \/ \E node \in Nodes : Start(node)
    \/ ResetItl
    \/ Wave

Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
\* What is claimed

\* Who can sign a list from now on: every TFTP node, and R1.
Signers ==
    {OnDisk(<<Signer, Owner(Signer, node)>>) : node \in Tftp}
    \cup (IF Second = None THEN {} ELSE {OnDisk(<<Second, Publisher>>)})

TvsKnown == \E node \in Group : OnDisk(<<TVS, node>>) \in held.tvs

\* (a) Once all has arrived and every service has started, the phone can validate the next list: it knows a signer, or a
\* TVS of its group, which then knows every signer. Otherwise somebody has to walk to it.
NobodyStranded == Signers \cap held.sasts # {} \/ TvsKnown

\* (b) At no time are all anchors replaced that the phone holds.
AnAnchorIsLeft == (\E anchor \in held.sasts : anchor = OnDisk(anchor[1])) \/ TvsKnown
=============================================================================

"""The same for what there is in mixed mode, and for LSCs: what is typed, what is noticed, what to do when it fails."""

from ringtrust.change.act import AboutLists, ClientCtl, IssueLscs, ResetCtl, ResetItl, SetMode, UpdateCtl

Secure = AboutLists | IssueLscs


def command(act: Secure) -> str:
    """What is typed, or clicked."""
    match act:
        case UpdateCtl(node=node):
            return f"utils ctl update CTLFile (CLI of {node})"
        case ResetCtl(node=node):
            return f"utils ctl reset localkey (CLI of {node})"
        case ResetItl(node=node):
            return f"utils itl reset localkey (CLI of {node})"
        case SetMode(node=node, mixed=mixed):
            return f"utils ctl set-cluster {'mixed' if mixed else 'non-secure'}-mode (CLI of {node})"
        case ClientCtl(tokens=tokens):
            return _client(tokens)
        case IssueLscs():
            return (
                "Over AXL, phone by phone: Certificate Operation Install/Upgrade, Authentication Mode By Null String, "
                "Save, Apply Config (CM Administration > Device > Phone)"
            )


def _client(tokens: tuple[str, ...]) -> str:
    return (
        "On the Windows PC with the Cisco CTL Client: start it; Hostname or IP Address: the publisher, Port 2444, an "
        "administrator and his password; Next; choose Update CTL File; Next; insert one eToken that is in the CTL "
        f"({' or '.join(tokens)}) when you are asked, OK; see that every node is in the list of entries; Finish; type "
        "the password of the eToken: a token locks after some wrong ones. Restart nothing yet: the plan says when."
    )


def effect(act: Secure) -> str:
    """What services and phones notice of it."""
    match act:
        case UpdateCtl() | ResetCtl() | ClientCtl():
            return (
                "Phones notice nothing until they fetch the new CTL. A secure one that does so before its CallManager "
                "is restarted registers with another member of its CM group."
            )
        case ResetItl():
            return "Phones notice nothing until they are reset: then those that know this key take the list (R1)."
        case SetMode():
            return "None until services restart; then phones fetch their lists and configuration anew."
        case IssueLscs():
            return (
                "Each of these phones restarts, gets its key signed by CAPF, and registers: minutes, longer with an "
                "old model. One that is encrypted is not registered until CAPF is done with it."
            )


def if_it_fails(act: Secure) -> str:
    """What to do then."""
    match act:
        case IssueLscs():
            return (
                "Call apply again: it looks, and goes on with those that have none yet. On a phone that has trouble: "
                "Settings > Security Configuration > LSC, unlock with **#, Update, Submit (S175, S176). One that is "
                "locked out: switch it off and on, it asks CAPF before it registers (S120 to S122); or give it a "
                "non-secure copy of its security profile, let it have its LSC, and take the profile back (R11). "
                "Delete no CAPF certificate meanwhile (H17)."
            )
        case ClientCtl(tokens=tokens):
            return (
                "The gate behind it waits for the new CTL. An eToken of which the password is lost: take another of "
                f"{', '.join(tokens)}; with none left, from 10.0 on move to a CTL without tokens: --renew "
                "ctl=tokenless (H15). Call apply again when it is done."
            )
        case ResetItl():
            return (
                "Look at `show itl` of every TFTP node: the act is done where the list is signed by the other key. "
                "Where Cisco Tftp does not run, start it first. Call apply again: once more harms nobody."
            )
        case _:
            return (
                "Look at `show ctl` on the publisher: the act is done when its checksum has changed. Call apply again, "
                "it looks first. Where a node serves another CTL than the publisher, restart Cisco Tftp there."
            )

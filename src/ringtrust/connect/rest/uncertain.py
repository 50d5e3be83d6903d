"""[U] What REST can do, and no source shows how: DELETE and self-signed certificates (interfaces.md §2, §11.1).

Cisco's introduction names both, without a path or a body. What stands here is a guess after the paths that are known; a
desk uses it only when it was made with `uncertain=True`.
"""

from typing import Final
from urllib.parse import quote

from ringtrust.cluster.names import TRUST_SUFFIX

REGENERATE: Final = "identity/selfsigned"
_DELETE: Final = "trust/certificate?service={}&filename={}"


def delete_target(store: str, file_name: str) -> str:
    """What is deleted. A store is named by its unit, as where its certificates are read."""
    return _DELETE.format(quote(store.removesuffix(TRUST_SUFFIX), safe=""), quote(file_name, safe=""))


def regenerate_body(unit: str) -> dict[str, object]:
    """What is sent to have a new self-signed certificate."""
    return {"service": unit, "distribution": "this-server"}

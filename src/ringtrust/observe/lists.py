"""A trust list as a snapshot holds it, from the file that a TFTP node serves."""

import hashlib
from datetime import UTC, datetime

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.node import ListRecord, ServedList
from ringtrust.connect.platform.lists import ListText, ListTextRecord
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import TrustList
from ringtrust.trust.names import quoted
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_FILES, Role, function_text, role_name
from ringtrust.trust.signature import Holds

_OF_SERVERS = frozenset(map(role_name, {Role.TVS, *MAY_SIGN_FILES}))


def served_list(found: TrustList) -> ServedList:
    """Its facts."""
    verdict = found.verdict()
    signer = found.header.signer
    return ServedList(
        sha1=Digest.SHA1.of(found.data).hex().upper(),
        md5=hashlib.md5(found.data, usedforsecurity=False).hexdigest().upper(),
        signed=datetime.fromtimestamp(found.header.timestamp, UTC) if found.header.timestamp is not None else None,
        signer=signer.text,
        signer_serial=signer.serial.hex().upper(),
        valid=isinstance(verdict, Holds),
        verdict="it holds" if isinstance(verdict, Holds) else verdict.reason,
        emptied=found.emptied,
        records=tuple(map(_record, found.records)),
        size=len(found.data),
        data=found.data,
    )


def list_of_text(found: ListText) -> ServedList:
    """The same from what `show itl` prints: the node says whether it is valid, and nobody here has checked it."""
    header = {tag.name: tag.value for tag in found.header}
    serial = header.get("SERIALNUMBER", "").replace(":", "")
    records = tuple(map(_record_of_text, found.records))
    return ServedList(
        sha1=found.sha1,
        md5=found.md5,
        signed=None,
        signer=f"{quoted(header.get('SIGNERNAME', ''))}, serial {header.get('SERIALNUMBER', '') or 'none'}",
        signer_serial=serial.upper(),
        valid=found.verified,
        verdict="the node calls it verified" if found.verified else "the node does not call it verified",
        emptied=any(each.role in _OF_SERVERS for each in records)
        and not any(each.digest for each in records if each.role in _OF_SERVERS),
        records=records,
        size=found.length,
        data=b"",
    )


def _record_of_text(record: ListTextRecord) -> ListRecord:
    function = record.value("FUNCTION")
    return ListRecord(
        role=role_name(Role.SAST) if function == function_text(Role.SAST) else function,
        host=record.value("DNSNAME"),
        subject=record.value("SUBJECTNAME"),
        serial=record.value("SERIALNUMBER").replace(":", "").upper(),
        digest=record.sha1,
    )


def _record(record: Record) -> ListRecord:
    return ListRecord(
        role=role_name(record.function),
        host=record.dns_name,
        subject=record.subject,
        serial=record.serial.hex().upper(),
        digest=record.certificate_digest.hex().upper(),
    )


def names_certificate(record: ListRecord, certificate: Certificate) -> bool:
    """Whether a record holds this certificate, whole or by a hash of it."""
    return record.digest in {certificate.sha1, certificate.sha256}

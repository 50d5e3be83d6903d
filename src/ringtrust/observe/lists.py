"""A trust list as a snapshot holds it, from the file that a TFTP node serves."""

import hashlib
from datetime import UTC, datetime

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.node import ListRecord, ServedList
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import role_name
from ringtrust.trust.signature import Holds


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
        data=found.data,
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

"""A coverage-guided fuzzer on every reader of foreign bytes: `python -m tests.fuzz SECONDS`, part of `make soak`.

It starts from the corpus and ends with an error as soon as a reader raises anything but a FormatError.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ringtrust"]):
    from ringtrust.connect.alarms.read import read_alarms
    from ringtrust.errors import FormatError, UnreadableError
    from ringtrust.lab.phone.configuration import read_configuration
    from ringtrust.lab.soap.envelope import read_operation
    from ringtrust.lab.wire.sip import SipReader
    from ringtrust.trust import capf
    from ringtrust.trust.capf_proof import judge, phone_key
    from ringtrust.trust.certificates import CertificateFacts
    from ringtrust.trust.encrypted import build_encrypted, open_encrypted, seal
    from ringtrust.trust.lists import read_list
    from ringtrust.trust.remarks import remarks
    from ringtrust.trust.show import show
    from ringtrust.trust.signed import read_signed
    from ringtrust.trust.signer import who_signed
    from ringtrust.trust.tvs import read_message

from tests.support.corpus import cases
from tests.support.identities import NOW, TIMESTAMP, identity, itl

_READERS = (read_list, read_signed, read_message, CertificateFacts.of, read_configuration, read_operation, phone_key)


def _capf(data: bytes) -> None:
    found = capf.read_message(data)
    if found.to_bytes() != data:
        raise AssertionError("A CAPF message is not written back as it was")
    if isinstance(found, capf.AuthResponse):
        judge(found)


def _encrypted(data: bytes) -> None:
    open_encrypted(read_signed(data), identity("lsc").key)


def _encrypted_seed() -> bytes:
    sealed = seal(b"<device/>", identity("lsc").key.public_key())
    return build_encrypted("a.enc.sgn", sealed, identity("pub"), timestamp=TIMESTAMP).data


def _sip(data: bytes) -> None:
    for _ in SipReader().feed(data):
        pass


def _alarms(data: bytes) -> None:
    try:
        read_alarms(data)
    except FormatError:
        raise
    except UnreadableError:
        pass  # there is none in it


def try_every_reader(data: bytes) -> None:
    """A value or a FormatError from each."""
    for read in (*_READERS, _capf, _encrypted, _sip, _alarms):
        try:
            found = read(data)
        except FormatError as error:
            if not 0 <= error.offset <= len(data):
                raise
        else:
            if read is read_list:
                for _ in show(found):
                    pass
                remarks(found, NOW)
                who_signed(found, found.verdict())


def main() -> None:
    """Fuzzes for so many seconds."""
    seconds = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        seeds = [case.data for case in cases("list", "signed", "tvs", "capf")] + [
            itl().data,
            identity("pub").certificate,
        ]
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        artifacts = f"-artifact_prefix={tempfile.gettempdir()}/ringtrust-"
        options = [f"-max_total_time={seconds}", "-max_len=20000", artifacts, folder]
        atheris.Setup([sys.argv[0], *options], try_every_reader)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

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
    from ringtrust.trust.certificates import CertificateFacts
    from ringtrust.trust.lists import read_list
    from ringtrust.trust.remarks import remarks
    from ringtrust.trust.show import show
    from ringtrust.trust.signed import read_signed
    from ringtrust.trust.signer import who_signed
    from ringtrust.trust.tvs import read_message

from tests.support.corpus import cases
from tests.support.identities import NOW, identity, itl

_READERS = (read_list, read_signed, read_message, CertificateFacts.of, read_configuration, read_operation)


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
    for read in (*_READERS, _sip, _alarms):
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
        seeds = [case.data for case in cases("list", "signed", "tvs")] + [itl().data, identity("pub").certificate]
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        artifacts = f"-artifact_prefix={tempfile.gettempdir()}/ringtrust-"
        options = [f"-max_total_time={seconds}", "-max_len=20000", artifacts, folder]
        atheris.Setup([sys.argv[0], *options], try_every_reader)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

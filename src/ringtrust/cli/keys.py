"""Private keys on the command line: files in PEM, whose password is asked for or stands in the environment."""

import os
import sys
from typing import Final

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ringtrust.cli.files import Input, naming, read_input
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.certificates import certificates_in, public_key_of
from ringtrust.trust.signing import SigningKey

PASSWORD_VARIABLE: Final = "RINGTRUST_KEY_PASSWORD"  # noqa: S105 - the name of a variable


def signing_key(certificate: str, key: str) -> SigningKey:
    """A key, and its certificate out of a file or chain. Raises UnreadableError and RefusedError."""
    private = _private_key(read_input(key))
    source = read_input(certificate)
    with naming(source.name):
        chain = certificates_in(source.data)
        fitting = [each for each in chain if public_key_of(each) == private.public_key()]
    return SigningKey((*fitting, *chain)[0], private)


def private_key(path: str) -> PrivateKeyTypes:
    """A key of any kind out of a file. Raises UnreadableError and RefusedError."""
    return _loaded(read_input(path))


def _private_key(source: Input) -> RSAPrivateKey:
    key = _loaded(source)
    if not isinstance(key, RSAPrivateKey):
        raise RefusedError(
            f"{source.name} is no RSA key; trust lists are signed with RSA.",
            advice="Use the key of an RSA certificate.",
        )
    return key


def _loaded(source: Input) -> PrivateKeyTypes:
    if b"PRIVATE KEY-----" not in source.data:
        raise UnreadableError(f"{source.name} holds no private key in PEM.", advice="Convert it: see openssl pkey.")
    try:
        return load_pem_private_key(source.data, None)
    except TypeError:  # it is encrypted
        password = _password(source.name)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnreadableError(
            f"The private key in {source.name} is damaged.", advice="Get it again from where it came."
        ) from error
    try:
        return load_pem_private_key(source.data, password)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnreadableError(
            f"The password of {source.name} is wrong.", advice="Try again with the right one."
        ) from error


def _password(name: str) -> bytes:
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE].encode(errors="surrogateescape")
    if sys.stdin is None or not sys.stdin.isatty():
        raise RefusedError(
            f"{name} has a password, and nobody is there to type it.",
            advice=f"Put it into the variable {PASSWORD_VARIABLE}.",
        )
    return str(click.prompt(f"Password of {name}", hide_input=True, err=True)).encode()

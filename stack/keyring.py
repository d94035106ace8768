"""The secrets of one installation: made on its first start, kept in the data folder, never in the repository."""

import base64
import os
import secrets
import string
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from stack.errors import StackError
from stack.files import private_folder, read_json, write_json


def _word() -> str:
    return secrets.token_urlsafe(32)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _fake_stripe_key() -> str:
    # dj-stripe accepts sk_test_ followed by letters and digits only.
    return "sk_test_fake" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))


@dataclass(frozen=True)
class Keyring:
    """Passwords and keys."""

    superuser_password: str = field(default_factory=_word)
    owner_password: str = field(default_factory=_word)
    runtime_password: str = field(default_factory=_word)
    valkey_password: str = field(default_factory=_word)
    django_key: str = field(default_factory=_word)
    fernet_keys: str = field(default_factory=_fernet_key)
    stripe_key: str = field(default_factory=_fake_stripe_key)


def load(data: Path) -> Keyring:
    """This will read the data folder's secrets, making those that are not there yet.

    Raises:
        StackError: the database is there but its secrets are gone.
    """
    path = private_folder(data) / "secrets.json"
    if not path.exists() and (data / "postgres" / "PG_VERSION").exists():
        raise StackError(
            f"{path} is gone, but the database it opens is still in {data / 'postgres'}. Put the file back from your "
            "backup, or start on an empty folder: --data OTHER"
        )
    known = {
        name: value for name, value in read_json(path).items() if name in {f.name for f in fields(Keyring)}
    }
    keyring = Keyring(**known)
    if asdict(keyring) != known:
        write_json(path, asdict(keyring))
    return keyring

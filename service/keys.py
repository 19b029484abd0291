"""API keys: who holds which, in a setting or in a file of hashes.

Keys are made here from 256 random bits, so one round of SHA-256 hides them well enough; a slow
hash defends short passwords, and there are none.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dedup.errors import InvalidSetting

IN_SETTING, IN_FILE = "WIRETWIN_API_KEYS", "WIRETWIN_API_KEYS_FILE"
_PREFIX = "wt_"
_NAME = re.compile(r"[\w.@-]{1,64}", re.ASCII)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


class Scope(StrEnum):
    """What a key is good for; each includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def allows(self, needed: Scope) -> bool:
        """Whether a key of this scope may do what needs the other one."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret: a name for the log, its scope, SHA-256 of the secret."""

    name: str
    scope: Scope
    digest: bytes

    def line(self) -> str:
        """As it stands in a file."""
        return f"{self.name} {self.scope} sha256:{self.digest.hex()}\n"


def new_key(name: str, scope: Scope) -> tuple[str, Key]:
    """A new secret, to be shown once, and the key to be kept. Raises ``InvalidSetting``."""
    if _NAME.fullmatch(name) is None:
        raise InvalidSetting("NAME", f"{name!r} is not 1 to 64 letters, digits, or any of _ . @ -")
    secret = _PREFIX + secrets.token_urlsafe(32)
    return secret, Key(name, scope, digest(secret))


def digest(secret: str) -> bytes:
    """SHA-256 of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def parse(setting: str) -> list[Key]:
    """The keys in ``WIRETWIN_API_KEYS``: ``KEY`` or ``SCOPE:KEY``, separated by commas.

    A key without a scope is good for everything. Raises ``InvalidSetting``.
    """
    keys = []
    for number, part in enumerate(filter(None, map(str.strip, setting.split(","))), 1):
        before, colon, after = part.partition(":")
        scope, secret = (before, after.strip()) if colon else (Scope.ADMIN, part)
        if scope not in list(Scope) or not secret:
            raise InvalidSetting(IN_SETTING, "write KEY, read:KEY, write:KEY or admin:KEY")
        keys.append(Key(f"key-{number}", Scope(scope), digest(secret)))
    return keys


def read(path: Path) -> list[Key]:
    """The keys of a file. Raises ``InvalidSetting`` naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(IN_FILE, f"{str(path)!r} cannot be read: {error}") from error
    keys = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, scope, hashed = (*line.split(), "", "", "")[:3]
        found = _HASH.fullmatch(hashed)
        if scope not in list(Scope) or found is None or len(line.split()) != 3:
            raise InvalidSetting(IN_FILE, f"{path}:{number}: write NAME SCOPE sha256:HASH")
        keys.append(Key(name, Scope(scope), bytes.fromhex(found[1])))
    return keys


def add(path: Path, key: Key) -> None:
    """Append a key to a file, which is made if need be, for its owner's eyes only.

    Raises ``InvalidSetting`` for a name that is in it already.
    """
    if path.exists() and any(known.name == key.name for known in read(path)):
        raise InvalidSetting("NAME", f"there is a key {key.name!r} in {path} already")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise InvalidSetting(IN_FILE, f"{str(path)!r} cannot be written: {error}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(key.line())


def remove(path: Path, name: str) -> None:
    """Take a key out of a file, all else as it was. Raises ``InvalidSetting``."""
    if all(key.name != name for key in read(path)):
        raise InvalidSetting("NAME", f"there is no key {name!r} in {path}")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.startswith("#") or line.split()[:1] != [name]]
    new = path.with_name(path.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("".join(kept))
    new.replace(path)


class KeyRing:
    """The keys in force. A file that changes is read again."""

    def __init__(self, setting: str, file: str) -> None:
        """Raises ``InvalidSetting`` for keys that cannot be read."""
        self._fixed = parse(setting)
        self._path = Path(file) if file else None
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._filed: list[Key] = []
        self.wanted = bool(setting.strip() or file)
        """Whether a key is needed at all."""
        self._look()

    def find(self, secret: str) -> Key | None:
        """The key with this secret. Its time does not depend on which one it is, if any."""
        with suppress(InvalidSetting):  # while a file is changed by hand, those read before count
            self._look()
        return _match([*self._fixed, *self._filed], digest(secret))

    def _look(self) -> None:
        if self._path is None:
            return
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            seen = None
        with self._lock:
            if seen is None or seen != self._seen:
                self._filed = read(self._path)
                self._seen = seen


def _match(keys: Iterable[Key], wanted: bytes) -> Key | None:
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, wanted):
            found = key
    return found

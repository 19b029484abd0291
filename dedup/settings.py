"""One frozen ``Settings``, read once from the environment and passed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import get_type_hints

from dedup.errors import InvalidSetting

PREFIX = "WIRETWIN_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every knob of wiretwin. Field ``x`` is read from ``WIRETWIN_X``.

    The first group shapes the index and is written into the store's header; the others may
    change from one start to the next.
    """

    # shape of the index
    permutations: int = 128
    """Length of the MinHash signature."""
    seed: int = 1
    """Seed of the permutations."""
    band_threshold: float = 0.5
    """Resemblance at which the article bands are steepest; datasketch chooses bands and rows."""
    article_shingle: int = 3
    """Words per shingle of the signature."""
    sketch_shingle: int = 4
    """Words per shingle of the passage sketch."""
    sketch_modulus: int = 8
    """One shingle in so many is kept in the passage sketch."""

    # looking up and comparing
    bucket_limit: int = 50
    """A bucket answers with its newest so many articles."""
    candidate_limit: int = 10
    """At most so many candidates are compared in full."""
    candidate_min_shared: int = 1
    """A candidate of the passage index shares at least so many sampled shingles."""
    window_days: int = 0
    """Articles are compared if they were published at most so many days apart (UTC days; one
    without a date counts by its arrival); 0 sets no bound."""
    cache_articles: int = 10_000
    """So many articles are kept in memory by each process, as they were read: to read one anew
    takes longer than all else that a comparison with it does. 10 to 30 KB each, and as much again
    two or three times for those that were compared."""
    min_story_words: int = 8
    """Shorter stories are compared for exactness only."""

    # the verdict
    same_text_threshold: float = 0.73
    """How far the shorter story must stand in the other to be the same text (level 3): the
    geometric mean of its words kept in shared runs of three and of its narrative found, 0..1."""
    reuse_threshold: float = 0.5
    """Probability of reuse, the ``score``, from which a pair is a partial copy (level 2)."""
    passage_threshold: float = 0.5
    """Probability of any reuse from which a pair shares a passage (level 1)."""

    # the service
    store: str = "sqlite:///./wiretwin.db"
    store_timeout: float = 5.0
    """A store that is busy or does not answer for so many seconds is unavailable."""
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    max_body_bytes: int = 16 * 1024 * 1024
    """Largest request body in bytes, batches excepted."""
    max_text_chars: int = 5_000_000
    """Longest article in code points."""
    max_unread_bytes: int = 1024 * 1024 * 1024
    """Answers of a batch that wait, in a temporary file, for a client that does not read them yet;
    beyond so many bytes the batch waits for the client."""
    threads: int = 16
    """Requests one worker answers at a time."""
    drain_seconds: float = 0.0
    """On SIGTERM, ``/readyz`` says no for so long before the listening socket is closed."""
    log_level: str = "info"
    """debug, info, warning or error."""
    retention_days: float = 0.0
    """Articles leave the store so many days after their publication or, where that is unknown,
    their arrival; 0 keeps them for ever."""
    idempotency_hours: float = 24.0
    """For so many hours a request with the same ``Idempotency-Key`` gets the first answer."""
    sweep_seconds: float = 60.0
    """So often the service looks after what is to be finished, to expire and to be tidied up;
    0 leaves that to other processes."""
    keep_events_days: float = 7.0
    """Events stay in the feed for so many days."""

    # who may ask, and how often
    api_keys: str = ""
    """Keys, separated by commas: ``KEY`` for everything, or ``read:KEY``, ``write:KEY``."""
    api_keys_file: str = ""
    """A file of hashed keys, made by ``wiretwin keys add``."""
    allow_anonymous: bool = False
    """Serve a public address without keys."""
    rate_limit: float = 0.0
    """Requests a second that each key may make over time; 0 sets no limit."""
    rate_burst: int = 50
    """So many of them at once."""
    cors_origins: str = ""
    """Origins, separated by commas, whose pages may call the API from a browser."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``WIRETWIN_*``; anything unset keeps its default.

        Raises ``InvalidSetting`` naming the variable for a value of the wrong type, one out of
        range, or a ``WIRETWIN_`` variable that is no setting.
        """
        environ = os.environ if environ is None else environ
        types = get_type_hints(cls)
        values: dict[str, object] = {}
        for name, raw in environ.items():
            if not name.startswith(PREFIX):
                continue
            key = name.removeprefix(PREFIX).lower()
            if key not in types:
                raise InvalidSetting(name, "there is no such setting")
            try:
                values[key] = _READERS.get(types[key], types[key])(raw)
            except ValueError:
                raise InvalidSetting(
                    name, f"{raw!r} is not a valid {types[key].__name__}"
                ) from None
        settings = cls(**values)  # type: ignore[arg-type]
        settings.validate()
        return settings

    def validate(self) -> None:
        """Raise ``InvalidSetting`` for the first value out of its range."""
        for f in fields(self):
            value = getattr(self, f.name)
            low, high = _RANGES.get(f.name, (None, None))
            if low is not None and not low <= value <= high:
                raise InvalidSetting(
                    PREFIX + f.name.upper(), f"{value} is not between {low} and {high}"
                )
        if self.log_level not in _LEVELS:
            raise InvalidSetting(
                f"{PREFIX}LOG_LEVEL", f"{self.log_level!r} is none of {', '.join(_LEVELS)}"
            )


def _bool(raw: str) -> bool:
    """1, true, yes or on; 0, false, no or off. Raises ``ValueError`` for anything else."""
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(raw)


_READERS: dict[type, Callable[[str], object]] = {bool: _bool}
_LEVELS = ("debug", "info", "warning", "error")
_RANGES: dict[str, tuple[float, float]] = {
    "permutations": (16, 1024),
    "seed": (0, 2**32 - 1),
    "band_threshold": (0.05, 0.95),
    "article_shingle": (1, 20),
    "sketch_shingle": (2, 20),
    "sketch_modulus": (1, 1024),
    "bucket_limit": (1, 10_000),
    "candidate_limit": (1, 1000),
    "candidate_min_shared": (1, 100),
    "window_days": (0, 36_500),
    "cache_articles": (1, 1_000_000),
    "min_story_words": (1, 1000),
    "same_text_threshold": (0.0, 1.0),
    "reuse_threshold": (0.0, 1.0),
    "passage_threshold": (0.0, 1.0),
    "store_timeout": (0.05, 600.0),
    "port": (0, 65535),
    "workers": (1, 256),
    "max_body_bytes": (1024, 2**31),
    "max_text_chars": (1000, 100_000_000),
    "max_unread_bytes": (1024, 2**40),
    "threads": (2, 1024),
    "drain_seconds": (0.0, 600.0),
    "retention_days": (0.0, 36_500.0),
    "idempotency_hours": (0.001, 8760.0),
    "sweep_seconds": (0.0, 86_400.0),
    "keep_events_days": (0.01, 36_500.0),
    "rate_limit": (0.0, 1e6),
    "rate_burst": (1, 1_000_000),
}

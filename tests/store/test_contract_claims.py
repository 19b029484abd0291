"""Contract of every store: named requests are answered once, and their answers kept for a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from making import OpenAgain

from dedup.store.base import Store
from dedup.store.claims import ClaimState

ONE, TWO = b"1" * 16, b"2" * 16
DIGEST, OTHER = b"d" * 16, b"o" * 16


def state(store: Store, name: str, token: bytes = TWO, digest: bytes = DIGEST) -> ClaimState:
    """How things stand with a name, claimed for a minute."""
    return store.claim(name, digest, token, 60, 60).state


class TestClaims:
    def test_the_first_has_it_until_it_is_settled(self, store: Store) -> None:
        ours = store.claim("a", DIGEST, ONE, 60, 60)
        assert (ours.state, ours.digest, ours.first) == (ClaimState.OURS, DIGEST, ONE)
        assert state(store, "a") == ClaimState.TAKEN
        assert state(store, "b") == ClaimState.OURS
        store.settle("a", TWO, b"not mine")
        store.settle("a", ONE, b"answer \0\xff")
        store.settle("a", ONE, b"too late")
        store.settle("a", ONE, None)
        found = store.claim("a", OTHER, TWO, 60, 60)
        assert (found.state, found.digest, found.first) == (ClaimState.ANSWERED, DIGEST, ONE)
        assert found.answer == b"answer \0\xff"

    def test_a_name_that_is_freed_is_free(self, store: Store) -> None:
        store.claim("a", DIGEST, ONE, 60, 60)
        store.settle("a", TWO, None)
        assert state(store, "a") == ClaimState.TAKEN
        store.settle("a", ONE, None)
        assert state(store, "a", digest=OTHER) == ClaimState.OURS
        store.settle("never claimed", ONE, None)

    def test_who_dies_over_it_loses_it_to_the_same_content_only(self, store: Store) -> None:
        store.claim("a", DIGEST, ONE, 0.001, 60)
        time.sleep(0.02)
        other = store.claim("a", OTHER, TWO, 60, 60)
        assert (other.state, other.digest) == (ClaimState.TAKEN, DIGEST)
        taken = store.claim("a", DIGEST, TWO, 60, 60)
        assert (taken.state, taken.first) == (ClaimState.INHERITED, ONE)
        store.settle("a", ONE, b"by one who was thought dead")
        assert state(store, "a", b"3" * 16) == ClaimState.TAKEN
        store.settle("a", TWO, b"answer")
        assert store.claim("a", DIGEST, ONE, 60, 60).answer == b"answer"

    @pytest.mark.parametrize("answered", [False, True])
    def test_a_name_is_forgotten_in_the_end(self, store: Store, answered: bool) -> None:
        store.claim("a", DIGEST, ONE, 60, 0.1)
        if answered:
            store.settle("a", ONE, b"answer")
        store.claim("kept", DIGEST, ONE, 60, 60)
        time.sleep(0.15)
        while store.tidy():
            pass
        assert state(store, "a", digest=OTHER) == ClaimState.OURS
        assert state(store, "kept") == ClaimState.TAKEN

    def test_of_many_at_once_one_has_it(self, open_again: OpenAgain) -> None:
        names, hands = [f"name {i}" for i in range(20)], 4
        barrier = Barrier(hands)

        def work(hand: int) -> list[str]:
            store = open_again()
            barrier.wait(60)
            token = bytes([hand]) * 16
            return [n for n in names if state(store, n, token) == ClaimState.OURS]

        with ThreadPoolExecutor(hands) as pool:
            had = [name for some in pool.map(work, range(hands)) for name in some]
        assert sorted(had) == sorted(names)

"""What a user would build with datasketch alone, to measure against.

``MinHashLSH`` over lower-cased 3-word shingles of the whole text, 128 permutations, threshold
0.5, every setting at its default. It has one answer, found or not, for every level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datasketch import MinHash, MinHashLSH

from dedup.evaluate import Pair


def naive(texts: Mapping[str, str], pairs: Sequence[Pair]) -> list[bool]:
    """For each pair whether the index, filled with all texts, finds b when asked for a.

    Cost: a signature per text, in plain Python.
    """
    index = MinHashLSH(threshold=0.5, num_perm=128)
    signatures: dict[str, MinHash] = {}
    for id, text in texts.items():
        words = text.lower().split()
        signature = MinHash(num_perm=128)
        signature.update_batch(
            {" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))}
        )
        signatures[id] = signature
        index.insert(id, signature)
    return [pair.b in index.query(signatures[pair.a]) for pair in pairs]

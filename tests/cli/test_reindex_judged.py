"""What people said of pairs holds when the index is rebuilt."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers import empty_store
from test_commands import wiretwin

from dedup.engine import open_engine
from dedup.judgement import Opinion
from dedup.judging import Judging
from dedup.settings import Settings
from service import seeding


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_judgements_survive_a_rebuilding(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = empty_store(kind, request, tmp_path)
    engine = open_engine(Settings(store=url, seed=3))
    engine.add_many(seeding.articles())
    judging = Judging(engine)
    judging.judge("001", "002", Opinion.DIFFERENT)
    judging.judge("001", "004", Opinion.SAME)
    said = judging.on(["001"])
    engine.close()
    assert wiretwin(tmp_path, "reindex", "--store", url).exit_code == 0
    engine = open_engine(Settings(store=url))
    stored = engine.store.get(["001", "002", "004"])
    assert stored["002"].cluster_id is None
    assert stored["001"].cluster_id == stored["004"].cluster_id is not None
    assert Judging(engine).on(["001"]) == said
    engine.close()

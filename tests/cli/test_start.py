"""Help and complaints come at once: nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"flask", "numpy", "pydantic", "redis", "rich", "scipy", "trafilatura", "pyarrow", "lxml"}
RUN = """
import sys
from service.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    print(ended.code, file=sys.stderr)
print(*sys.modules, sep="\\n")
"""


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--help"], 0),
        (["ingest", "--help"], 0),
        (["serve", "--port", "70000"], 2),
        (["consume", "--stream", "s", "--group", "g", "--batch", "0"], 2),
    ],
)
def test_nothing_heavy_is_imported_to_help_or_to_complain(args: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *args], capture_output=True, text=True, check=True
    )
    assert done.stderr.rstrip().endswith(str(code))
    assert "service.cli" in done.stdout.split()
    assert not HEAVY & set(done.stdout.split())

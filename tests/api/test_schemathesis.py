"""The service does what ``/openapi.json`` says, and nothing else: schemathesis finds no fault.

All its phases: the examples, the edges of every schema, made-up data good and bad, and sequences
of calls in which one answer gives the parameters of the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from processes import started

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


def test_schemathesis_finds_no_fault(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--port", "0", WIRETWIN_LOG_LEVEL="error") as (process, url, _):
        done = subprocess.run(
            [
                *(SCHEMATHESIS, "--config-file", HERE / "schemathesis.toml"),
                *("run", f"{url}/openapi.json", "--phases", "examples,coverage,fuzzing,stateful"),
                *("--max-examples", "5", "--seed", "1", "--workers", "2", "--no-color"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        process.terminate()
        assert process.stderr is not None
        logged = [json.loads(line) for line in process.stderr.read().splitlines()]
    assert done.returncode == 0, done.stdout[-20_000:]
    assert "Errors:" not in done.stdout
    # nothing that a caller sends is an error of the service
    assert [record for record in logged if record["level"] == "error"] == []
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout

"""Who was likely first, in words: the verdict and what speaks for it."""

from __future__ import annotations

from dedup.findings import Dossier, Evidence, Sign
from service.view.names import Names
from service.view.words import amount, duration, listed


def origin(dossier: Dossier, names: Names) -> tuple[str, tuple[str, ...]]:
    """The answer to "who was first", and the evidence line by line."""
    found = dossier.provenance.origin
    if found.article_id is not None:
        verdict = f"{names.outlet(found.article_id)}, likely"
    elif found.agency is not None:
        verdict = f"{found.agency}, likely, and not among these articles"
    else:
        verdict = "unknown"
    return verdict, tuple(_lines(dossier, names))


def _lines(dossier: Dossier, names: Names) -> list[str]:
    found = dossier.provenance.origin
    total = len(dossier.cluster.members)
    lines = [_line(evidence, names, total) for evidence in found.evidence]
    signs = {evidence.sign for evidence in found.evidence}
    if Sign.CREDIT not in signs:
        lines.append("No article names an agency in a credit line.")
    if Sign.TIME not in signs:
        lines.append(_no_time(dossier, names))
    if Sign.SUPERSET not in signs and len(dossier.versions) > 1:
        lines.append(
            "No text contains all others, so none is the evident original: "
            "a common source is likely."
        )
    return lines


def _line(evidence: Evidence, names: Names, total: int) -> str:
    who = names.outlet(evidence.article_id) if evidence.article_id else ""
    if evidence.sign is Sign.CREDIT:
        by = _some(evidence.by, names)
        return f"{evidence.agency} is named in the credit line of {by}, of {total}."
    if evidence.sign is Sign.TIME and evidence.lead is not None:
        return f"{who} has the earliest time, {duration(evidence.lead)} before any other."
    return f"{who} contains what all other versions have."


def _no_time(dossier: Dossier, names: Names) -> str:
    found = dossier.provenance.origin
    reasons = []
    if found.days:
        reasons.append(f"of {_some(found.days, names)} only the day is known")
    if found.undated:
        reasons.append(f"{_some(found.undated, names)} came without a date")
    return f"No earliest time: {listed(reasons)}." if reasons else "The first two came at one time."


def _some(ids: tuple[str, ...], names: Names) -> str:
    return names.listed(ids) if len(ids) <= 3 else amount(len(ids), "article")

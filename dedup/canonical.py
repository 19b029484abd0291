"""The canonical form of a URL: one for all addresses under which one page of news is passed on.

w3lib does what the standards say (RFC 3986, 6.2: case, escapes, steps in the path; the order of
parameters), courlan knows registrable domains. What is special to news stands here: parameters that
only say where a reader came from, and the forms of AMP. Everything that may tell one page from
another stays, since two articles with one canonical URL are taken for one.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from w3lib.url import canonicalize_url

KEY = 16
"""Bytes of a key."""

_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(campaign|kwd|source|medium|content|keyword|cid|vid)|itm_.*|at_(medium|"
    r"campaign|link_.*|format|ptr_.*|bbc_team|custom\d)|ns_(mchannel|source|campaign|linkname|fee)|"
    r"fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_(source|campaignid)|msclkid|yclid|ysclid|twclid|"
    r"ttclid|igshid|igsh|li_fat_id|s_cid|wt_mc|wt_zmc|xtor|cmpid|icid|smid|smtyp|sh_kit|"
    r"mc_(cid|eid)|mkt_tok|_hsenc|_hsmi|__hs(tc|sc|fp)|hsctatracking|vero_(id|conv)|oly_(anon|enc)_id|"
    r"_ga|_gl|_openstat|guccounter|guce_referrer(_sig)?|ref_(src|url)|__twitter_impression|"
    r"ito|taid|srnd|sref|traffic_source|echobox",
)
"""Parameters that say where a reader came from, and never which page it is."""
_AMP = re.compile(r"_?amp|is_?amp|usqp|amp_js_v|amp_gsa|outputtype=amp")
_AMP_CACHE = re.compile(r"/[civ]/(?:s/)?(?=[^/]+\.)")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?(?=[^/]+\.)")
_PORTS = {None, 80, 443}
_LONGEST_HOST = 253


@lru_cache(maxsize=256)
def canonical(url: str) -> str | None:
    """The canonical form, without its scheme: ``host/path?parameters``.

    None for what is no http or https URL, and for one that names a whole site: articles of one
    site are not one article. ``www.`` stays, since nothing says that both hosts are one.
    """
    try:
        parts = _unwrapped(urlsplit(canonicalize_url(url, keep_fragments=True)))
        host, port = (parts.hostname or "").strip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not 1 <= len(host) <= _LONGEST_HOST:
        return None
    while host.startswith("amp."):
        host = _without_amp(host)
    place = host if port in _PORTS else f"{host}:{port}"
    path = _without_amp_steps(parts.path)
    query = "&".join(p for p in parts.query.split("&") if p and not _is_idle(p))
    # pages that a script puts together have their address in the fragment
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    if not (path or query or route):
        return None
    return place + path + (f"?{query}" if query else "") + (f"#{route}" if route else "")


def url_key(url: str | None) -> bytes | None:
    """A digest of the canonical form, None if there is none."""
    form = canonical(url) if url else None
    return None if form is None else hashlib.blake2b(form.encode(), digest_size=KEY).digest()


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The page that Google's AMP viewer or an AMP cache shows."""
    host = parts.hostname or ""
    if host == "cdn.ampproject.org" or host.endswith(".cdn.ampproject.org"):
        begin = _AMP_CACHE.match(parts.path)
    elif re.fullmatch(r"(www\.)?google\.[a-z.]{2,6}", host):
        begin = _AMP_VIEWER.match(parts.path)
    else:
        return parts
    if begin is None:
        return parts
    inner = f"https://{unquote(parts.path[begin.end() :])}"
    if parts.query:
        inner += f"?{parts.query}"
    return urlsplit(canonicalize_url(inner))


def _without_amp(host: str) -> str:
    """The host that an ``amp.`` host stands for: most sites have their pages on ``www.``."""
    from courlan import extract_domain  # a tenth of a second, for hosts that are rare

    rest = host.removeprefix("amp.")
    return f"www.{rest}" if extract_domain(f"https://{rest}/") == rest else rest


def _without_amp_steps(path: str) -> str:
    while path.startswith("/amp/"):
        path = path.removeprefix("/amp")
    path, dot, suffix = path.rstrip("/").rpartition(".")
    if suffix not in {"html", "htm"}:
        path, dot, suffix = path + dot + suffix, "", ""
    before = None
    while path != before:
        before, path = path, path.removesuffix("/amp").removesuffix(".amp").rstrip("/")
    return path + dot + suffix


def _is_idle(parameter: str) -> bool:
    """Whether a parameter does not matter for which page it is."""
    name, _, value = parameter.lower().partition("=")
    if _TRACKING.fullmatch(name) or _AMP.fullmatch(name):
        return True
    return bool(_AMP.fullmatch(f"{name}={value}"))

"""Canonical URLs: what is one page, and above all what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.canonical import canonical, url_key

PAGE = "https://www.example.org/news/2025/story-5"
SAME = [
    "http://www.example.org/news/2025/story-5",
    "HTTPS://WWW.Example.ORG/news/2025/story-5",
    "https://www.example.org:443/news/2025/story-5",
    "http://www.example.org:80/news/2025/story-5",
    "https://www.example.org./news/2025/story-5",
    "https://reader:secret@www.example.org/news/2025/story-5",
    "https://www.example.org/news/2025/story-5/",
    "https://www.example.org/news/2025/story-5#comments",
    "https://www.example.org/news/./old/../2025/story%2D5",
    "https://www.example.org/news/2025/story-5?",
    "https://www.example.org/news/2025/story-5?utm_source=rss&utm_medium=feed&fbclid=IwAR0",
    "https://www.example.org/news/2025/story-5/?gclid=x&UTM_Campaign=y&xtor=AL-1#top",
    "https://www.example.org/news/2025/story-5/amp",
    "https://www.example.org/news/2025/story-5/amp/?usqp=mq331AQ",
    "https://www.example.org/amp/news/2025/story-5",
    "https://www.example.org/news/2025/story-5?amp=1",
    "https://www.example.org/news/2025/story-5?amp",
    "https://www.example.org/news/2025/story-5?outputType=amp",
    "https://www.example.org/news/2025/story-5.amp",
    "https://amp.example.org/news/2025/story-5",
    "https://www.google.com/amp/s/www.example.org/news/2025/story-5",
    "https://www.google.co.uk/amp/s/amp.example.org/news/2025/story-5/amp/",
    "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/news/2025/story-5?amp_js_v=0.1",
    "https://www-example-org.cdn.ampproject.org/v/s/www.example.org/news/2025/story-5.amp",
    "https://cdn.ampproject.org/c/www.example.org/news/2025/story-5",
]


@pytest.mark.parametrize("url", SAME)
def test_one_page_has_one_form(url: str) -> None:
    assert canonical(url) == "www.example.org/news/2025/story-5"
    assert url_key(url) == url_key(PAGE)


DIFFERENT = [
    PAGE,
    "https://example.org/news/2025/story-5",
    "https://m.example.org/news/2025/story-5",
    "https://www.example.org:8443/news/2025/story-5",
    "https://www.example.org/news/2025/Story-5",
    "https://www.example.org/news/2025/story-50",
    "https://www.example.org/news/2025/story-5.html",
    "https://www.example.org/news/2025/story-5?page=2",
    "https://www.example.org/news/2025/story-5?id=7&page=2",
    "https://www.example.org/news/2025/story-5?12345",
    "https://www.example.org/news/2025/story-5?cid=12345",
    "https://www.example.org/news/2025/story-5?uid=12345",
    "https://www.example.org/news/2025/story-5?source=12345",
    "https://www.example.org/news/2025/story-5?lang=de",
    "https://www.example.org/news/2025/story-5#!/part/2",
    "https://www.example.org/news/2025/story-5#/part/2",
    "https://www.example.org/news/2025/story%2F5",
    "https://www.google.com/amp/s/www.example.org/other",
    "https://www.example.org/lamp",
    "https://www.example.org/?p=5",
    "https://www.example.org/?p=6",
]


def test_what_may_be_another_page_is_one() -> None:
    forms = [canonical(url) for url in DIFFERENT]
    assert None not in forms
    assert len(set(forms)) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?b=2&a=1", "http://example.org/a/?a=1&b=2&mc_cid=3"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%c3%9fe"),
        ("https://example.org/%7euser/%e4", "https://example.org/~user/%E4"),
        ("https://amp.sport.example.co.uk/x", "https://sport.example.co.uk/x"),
        ("https://amp.example.co.uk/x", "https://www.example.co.uk/x"),
        ("https://example.org/x.amp.html", "https://example.org/x.html"),
        ("https://[::1]:8080/x/", "http://[::1]:8080/x"),
    ],
)
def test_pairs_that_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org",
        "https://www.example.org/",
        "https://www.example.org/#top",
        "https://www.example.org/?utm_source=x",
        "https://www.example.org/amp/",
        "ftp://example.org/a",
        "urn:newsml:example.org:5",
        "mailto:a@example.org",
        "/news/story-5",
        "https:///story",
        "https://example.org:99999/x",
        "https://[::1/x",
        "",
    ],
)
def test_what_names_no_page(url: str) -> None:
    assert canonical(url) is None
    assert url_key(url) is None
    assert url_key(None) is None


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(max_size=40).map("https://example.org/{}".format),
        st.text(alphabet="/.&=?#%amp:s0~a1", max_size=40).map("http://amp.example.org/{}".format),
        st.text(alphabet="/.&=?#%amp:s0~a1", max_size=40).map("https://google.com/amp/s/{}".format),
    )
)
def test_any_text_has_a_form_or_none_and_the_form_stays(url: str) -> None:
    form = canonical(url)
    if form is not None:
        assert not form.startswith("//")
        assert canonical(f"https://{form}") == form

"""Stories that pages have a hard time with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dedup.model import Article

START = datetime(2025, 1, 4, 6, 0, tzinfo=UTC)

HOSTILE = (
    "The <script>document.title = 'taken'; alert(1)</script> mayor of Vesterhavn said on Friday "
    "that 214 people were aboard the ferry when it struck the rocks. <img src=x onerror=alert(2)> "
    f"{'W' * 10_000} was painted on the hull of it, as {'Z' + chr(0x351) * 400} saw. The vessel, "
    '\u202eturned around\u2067 and "\u0300\u0301admired\u200b\u200d", had passed its inspection '
    "in March and carried enough boats for everybody. Two tugs pulled it free at high water, and "
    "</p></main></div> the coast guard closed the harbour until the evening of the next day."
)
ARABIC = (
    "قالت وزارة الصحة يوم السبت إن 120 شخصا أصيبوا في حريق اندلع في مصنع قرب ميناء الإسكندرية. "
    "وأضافت الوزارة أن فرق الإطفاء سيطرت على الحريق بعد ست ساعات من العمل المتواصل. "
    "وقال مدير الميناء إن حركة السفن لم تتوقف وإن البضائع نقلت إلى مخازن أخرى. "
    "وفتحت النيابة العامة تحقيقا في أسباب الحريق واستدعت أصحاب المصنع للاستماع إلى أقوالهم. "
    "وشهدت المدينة حرائق مشابهة في السنوات الأخيرة بسبب سوء تخزين المواد القابلة للاشتعال."
)


def hostile() -> list[Article]:
    """Two copies that try to be more than text; they disagree on a number."""
    title = "<script>alert('t')</script> \u202eturned & more"
    return [
        Article("a/b ?x=<b>&\"'%2F", HOSTILE, title, '"><b onmouseover=alert(3)>Outlet</b>'),
        Article("hostile-2", HOSTILE.replace("214", "241"), "W" * 400, "Z" + "\u0351" * 60),
    ]


def arabic() -> list[Article]:
    """Two copies in a script that runs from right to left; they disagree on a number."""
    return [
        Article("ar-1", ARABIC, "حريق في مصنع", "الأهرام", None, START, "ar"),
        Article(
            "ar-2", ARABIC.replace("120", "140"), "إصابة 140", "الشرق", None, START, "ar"
        ),
    ]  # fmt: skip


def ferry(number: int) -> Article:
    """One of the copies of a short story; they disagree on a number."""
    text = (
        f"A ferry with {210 + number} people aboard ran aground off Vesterhavn early on Saturday. "
        "Rescue boats took all passengers ashore at Vesterhavn within two hours in thick fog, the "
        "coast guard of Vesterhavn said. Nobody was hurt, and the harbour master of Vesterhavn "
        "promised an inquiry into how the vessel could miss the beacon at the end of the pier. "
        "Fishermen of Vesterhavn had asked for a second light for years, and been told to wait. "
        "The owners of the ferry said that a tug would try to pull it free with the next tide. "
        "Schools in Vesterhavn took the stranded passengers in and served soup until the evening, "
        "while buses were sent for from the towns further down the coast."
    )
    outlet = ("Northern Herald", "Coast Press", "Daily Tide")[number % 3]
    at = START + timedelta(minutes=7 * number)
    return Article(f"ferry-{number}", text, "Ferry aground off Vesterhavn", outlet, None, at)

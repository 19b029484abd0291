"""What pages say about themselves, in the languages newsrooms print in.

Phrases, not single words, so that a story about cookies or newsletters stays a story. Furniture
in a language that is missing here is still found by its structure and by what its source
repeats.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

from dedup.tokens import tokenise, words_of

_CALLS = """
en: sign up to | sign up for | sign up here | sign up now | signed up | signing up | subscribe to | subscribe now
en: subscribe here | subscribe today | our newsletter | this newsletter | newsletter sign | daily newsletter | free newsletter | newsletters
en: thank you for registering | thank you for subscribing | thank you for your support | become a member | become a patron
en: become a subscriber | become a supporter | log in to | login to | please log in | please sign in | please refresh | please register
en: please enable javascript | create an account | already a subscriber | already subscribed | your support helps | your support makes
en: your donation | your contribution | your subscription | support our journalism | support our work | support our reporting
en: support independent journalism | we need your support | ways to support | join our community | join our comment | join our commenting
en: join our conversation | join the conversation | join our channel | join our mailing list | join thought-provoking conversations
en: use cookies | uses cookies | using cookies | accept cookies | accept all cookies | our cookies | these cookies | cookie policy | cookie settings
en: cookie notice | cookie consent | cookie preferences | privacy policy | privacy notice | terms of use | terms of service
en: terms and conditions apply | all rights reserved | may not be published broadcast | may not be reproduced | may not be redistributed
en: follow us on | like us on | find us on | find us at | follow us | follow on twitter | share this | share on facebook
en: share on twitter | share via | share with friends | read more | watch more | find out more | more on this story
en: click here | download our app | download the app | notifications can be managed | manage notifications
en: leave a comment | post a comment | view comments | comments are closed | be the first to comment
en: see their replies | stay up to date with notifications | this audio is created | listen to this article | min read | minute read | minutes read | visits today
en: story continues below | article continues below | sponsored content | our paywall | with paywalls | have you got a story
en: do you have a story | do you have a tip | have a news tip | get the latest | get our latest | get our daily
en: delivered to your inbox | delivered straight to your inbox | in your inbox | to your inbox | scroll down for video | buy us a coffee
en: cup of coffee a month | readers like you | support of readers | image caption | media caption | file photo
de: newsletter | abonnieren sie | jetzt abonnieren | melden sie sich an | jetzt anmelden | cookies zu | cookies akzeptieren | verwendet cookies
de: verwenden cookies | cookie einstellungen | datenschutzerklärung | datenschutzbestimmungen | alle rechte vorbehalten | folgen sie uns
de: lesen sie auch | lesen sie mehr | lesen sie hier | mehr zum thema | zur startseite | artikel teilen | auf facebook teilen | kommentar schreiben
de: kommentare lesen | jetzt lesen | unterstützen sie unseren | in ihr postfach
es: suscríbete | suscríbase | suscribirse | boletín de noticias | nuestro boletín | regístrate | política de cookies | política de privacidad
es: utiliza cookies | utilizamos cookies | usamos cookies | aceptar cookies | todos los derechos reservados | síguenos en | síganos en | lea también
es: lee también | leer más | seguir leyendo | compartir en | comparte este | comparte esta | deja un comentario | apoya nuestro periodismo
pt: assine | nossa newsletter | leia também | leia mais | todos os direitos reservados | compartilhe | siga-nos | usamos cookies | política de privacidade
it: iscriviti | leggi anche | tutti i diritti riservati | continua a leggere | seguici su | utilizza cookie | informativa sulla privacy
fr: abonnez-vous | inscrivez-vous | notre newsletter | lettre d'information | politique de confidentialité | utilise des cookies
fr: utilisons des cookies | tous droits réservés | suivez-nous | à lire aussi | lire aussi | lire la suite | partager sur | partager cet article
fr: laisser un commentaire | soutenez notre
ru: подпишитесь | подписывайтесь | подписаться | нашу рассылку | на рассылку | файлы cookie | использует cookie | файлов cookie
ru: политика конфиденциальности | все права защищены | читайте также | поделиться | следите за нами | в нашем телеграм | наш телеграм
ru: оставить комментарий | поддержите нас
uk: підпишіться | підписуйтесь | читайте також | усі права захищені | поділитися
ar: اشترك في | اشتركوا في | النشرة البريدية | النشرة الإخبارية | نشرتنا | ملفات تعريف الارتباط | سياسة الخصوصية | جميع الحقوق محفوظة
ar: تابعونا على | تابعنا على | اقرأ أيضا | اقرأ أيضًا | اقرأوا أيضا | شارك هذا | شارك على | شارك المقال | لقراءة المزيد | سجل الآن
zh: 订阅 | 訂閱 | 关注我们 | 關注我們 | 版权所有 | 版權所有 | 未经授权 | 不得转载 | 隐私政策 | 使用cookie | 接受cookie | 延伸阅读 | 相关阅读 | 推荐阅读
zh: 点击查看 | 点击阅读 | 扫描二维码 | 分享到 | 责任编辑 | 下载客户端 | 下载app | 发表评论
ja: 購読 | メールマガジン | メルマガ | 無断転載 | 著作権 | クッキーを | 会員登録 | 関連記事 | 続きを読む | シェアする | フォローする | プライバシーポリシー
en: independent journalism costs | make a donation | donate now | sign in to comment | log in to comment | our free app
en: did you witness | send us your | spotted an error | seen an error | know more about this story | what's happening in your
de: journalismus kostet | unterstützen sie uns | mit einem betrag | spenden sie | ihre e-mail-adresse | e-mail-adresse eintragen | wir schreiben ihnen
de: fehler entdeckt | einen hinweis für uns | schreiben sie an | schreiben sie uns | unsere app | app herunterladen | anmelden um zu kommentieren
de: nicht verpassen | lesen sie weiter | artikel anhören | in ihrer nachbarschaft | verpassen sie nichts
es: periodismo independiente | ayúdenos a | ayúdanos a | done ahora | haga una donación | su dirección de correo | tu dirección de correo
es: su correo electrónico | tu correo electrónico | testigo de una noticia | cuéntenosla | cuéntanosla | escríbanos a | descargue nuestra | descarga nuestra
es: inicie sesión | no se lo pierda | no te lo pierdas | escuchar la noticia | en su barrio
fr: journalisme indépendant | soutenez-nous | faites un don | votre adresse e-mail | votre adresse mail | écrivez-nous | téléchargez notre
fr: connectez-vous | ne manquez pas | écouter l'article | une erreur à signaler
ru: независимая журналистика | независимой журналистике | поддержите нас | сделать пожертвование | адрес электронной почты | напишите нам | скачайте наше
ru: войдите чтобы | слушать новость | не пропустите | стали свидетелем | нашли ошибку | что происходит в вашем
ar: الصحافة المستقلة | ساهم معنا | ادعمنا | تبرع الآن | بريدك الإلكتروني | راسلنا على | اكتب إلينا | حمل تطبيقنا | حمّل تطبيقنا | سجل الدخول | استمع إلى الخبر
ar: لا يفوتك | لا تفوت | هل كنت شاهدا | نرشح لك
zh: 独立采访 | 打赏 | 支持我们 | 留下邮箱 | 您的邮箱 | 新闻线索 | 发邮件至 | 下载我们 | 登录后 | 收听 | 不要错过
ja: ご支援 | 寄付 | メールアドレスを | 情報提供 | アプリを | ログインして | お見逃しなく
en: story continues after | article continues after | in your neighbourhood | leave us your email | leave us your address
de: der artikel wird nach | artikel geht unter | hinterlassen sie uns ihre | ihre adresse und wir | folgen sie unserem | folgen sie unserer
es: la noticia continúa | el artículo continúa | continúa debajo del anuncio | continúa tras la publicidad | déjenos su | déjanos tu
es: sigue leyendo | siga leyendo | sigue nuestro canal | siga nuestro canal
fr: la suite après | suite de l'article | l'article continue | laissez-nous votre | laissez votre adresse | près de chez vous | suivez notre chaîne
ru: продолжение после рекламы | материал продолжается | оставьте нам | оставьте адрес | рядом с вашим домом
ar: يتبع بعد الإعلان | تابعوا قناتنا | تابع قناتنا | اترك لنا
zh: 广告后继续 | 关注官方账号 | 关注我们的 | 留下您的
ja: フォローして | 広告の後に | 記事は広告の下に | 公式アカウントを | 友だち追加
en: unsubscribe | opt out at any time | free of charge and you can | straight to your email
de: in ihrem postfach | in ihren posteingang | jederzeit abbestellen | jederzeit abmelden | jederzeit kündbar | wieder abbestellen
es: darse de baja | darte de baja | cancelar la suscripción | bandeja de entrada | en su correo | en tu correo
fr: boîte de réception | boîte mail | vous désabonner | vous désinscrire | désabonnez-vous | notre lettre | notre infolettre
it: annullare l'iscrizione | disiscriverti | nella tua casella
pt: cancelar a assinatura | na sua caixa de entrada
ru: отписаться | на вашу почту | в вашем ящике | в ваш почтовый ящик
ar: إلغاء الاشتراك | إلى بريدك | في بريدك
zh: 取消订阅 | 随时退订 | 发送到您的
ja: メールでお届け | 登録は無料 | 解除できます | 配信停止
tr: abone ol | gizlilik politikası | tüm hakları saklıdır | haberin devamı
pl: zapisz się | polityka prywatności | czytaj także | wszelkie prawa zastrzeżone
nl: schrijf je in | lees ook | alle rechten voorbehouden | lees meer
"""  # fmt: skip  # noqa: E501

_HEADINGS = """
en: recommended | related | related stories | related articles | related news | related topics | related content | related posts
en: related links | latest | latest news | latest stories | most read | most popular | most viewed | trending | trending now | top stories
en: more stories | more news | more on this | read more | read also | read next | also read | see also | you may like | you may also like
en: you might also like | don't miss | editor's pick | editor's picks | editors' picks | comment | comments | share | advertisement | sponsored
en: about the author | about the authors | original source | skip to content | skip to main content | menu | search | sections | tags
en: topics | breaking news | what to read next | popular | follow us | sign in | sign up | log in | login
de: meistgelesen | mehr zum thema | das könnte sie auch interessieren | auch interessant | anzeige | weitere artikel | kommentare
es: lo más leído | lo más visto | te puede interesar | noticias relacionadas | más noticias | publicidad | comentarios
fr: les plus lus | à lire aussi | lire aussi | sur le même sujet | publicité | commentaires
ru: читайте также | популярное | по теме | самое читаемое | реклама | новости по теме | комментарии
ar: اقرأ أيضا | اقرأ أيضًا | الأكثر قراءة | مواضيع ذات صلة | إعلان | التعليقات
zh: 延伸阅读 | 相关阅读 | 相关新闻 | 推荐阅读 | 热门新闻 | 热点推荐 | 评论
ar: المزيد حول الموضوع | موضوع ذو صلة | نرشح لك
ja: 関連記事 | おすすめ | アクセスランキング | 人気記事 | 広告 | コメント
en: related story | related article | in pictures | must read | don't miss this
de: lesen sie auch | lesen sie mehr | siehe auch | zum thema | mehr dazu | nicht verpassen | passend zum thema
es: noticia relacionada | lea también | lee también | ver también | relacionado | relacionada | no se lo pierda | más información
fr: à ne pas manquer | à voir aussi | voir aussi | notre sélection | à découvrir | lire également
ru: по теме | смотрите также | не пропустите | ещё по теме | материал по теме
ar: اقرأ المزيد | شاهد أيضا | لا تفوت | خبر ذو صلة
zh: 相关新闻 | 另见 | 不要错过 | 更多阅读
en: quiz | podcast | video | videos | photos | gallery | photo gallery | slideshow | live blog
de: quiz | test | podcast | video | videos | bildergalerie | fotostrecke | liveticker
es: test | pódcast | vídeo | vídeos | galería | fotogalería
fr: vidéo | vidéos | diaporama | en images
ru: тест | подкаст | видео | фото | фотогалерея
ar: فيديو | بودكاست | صور | بالصور | بالفيديو
zh: 视频 | 播客 | 图集 | 测试
ja: 動画 | ポッドキャスト | 写真特集 | クイズ
ja: あわせて読みたい | 合わせて読みたい | こちらも読まれています | 関連 | お見逃しなく | 次に読む
"""  # fmt: skip  # noqa: E501

CREDIT = re.compile(
    r"^(?:by|von|por|par|di|автор|author|reporting by|editing by|写真|文|記者|记者|编辑|責任編集)"
    r"\s*[:：]?\s+\S+(?:\s+\S+){0,11}$"
    r"|^(?:photo|image|picture|foto|credit|source|quelle|fuente|фото|источник|图片来源|來源)\s*[:：]",
    re.IGNORECASE,
)
"""A by-line or source credit."""

_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MINUTES = re.compile(
    r"\b\d{1,2}\s*[-–]?\s*(?:min\b|mins\b|minutes?\b|minuten\b|minutos?\b|мин\b|минут|دقائق|دقيقة|分钟|分鐘|分で)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\((?:photo|file photo|image|foto|ap photo|reuters|afp|getty)[^)]{0,60}\)$"
    r"|(?:via )?getty images\)?$|/ ?(?:afp|ap|reuters|epa|getty)\)$",
    re.IGNORECASE,
)


def is_heading(words: Sequence[str]) -> bool:
    """Whether a line opens a block of links or names a part of the page.

    A count may follow, as in "Comments (42)".
    """
    line = tuple(words)
    return line in _headings() or (
        len(line) > 1 and line[-1].isdigit() and line[:-1] in _headings()
    )


def is_pointer(text: str) -> bool:
    """Whether a line points to another page: a heading of links, a colon, and what is there.

    As in "Related: Ten walks for a long weekend".
    """
    if ":" not in text and "\uff1a" not in text:
        return False
    heading, colon, rest = text.replace("\uff1a", ":").partition(":")
    short = colon and len(heading) < 40 and rest.strip()
    return bool(short) and tuple(tokenise(heading)[0]) in _headings()


class Calls:
    """Where in a row of normalised words there is a call to the reader, or the page speaks of
    itself.

    Cost: a dictionary look-up for each word that is in a call.
    """

    def __init__(self, words: Sequence[str], telling: Iterable[int]) -> None:
        """``telling`` are the places of words of which ``is_call_word`` is true, in order."""
        table = _calls()
        found = {
            (first, first + len(phrase))
            for place in telling
            for phrase, at in table[words[place]]
            if (first := place - at) >= 0 and tuple(words[first : first + len(phrase)]) == phrase
        }
        self._calls = sorted(found)

    def within(self, first: int, last: int) -> bool:
        """Whether there is one among ``words[first:last]``."""
        calls = self._calls
        if not calls:
            return False
        at = bisect_left(calls, (first, first))
        while at < len(calls) and calls[at][0] < last:
            if calls[at][1] <= last:
                return True
            at += 1
        return False


def is_contact(text: str) -> bool:
    """Whether a text gives an e-mail address to write to."""
    return "@" in text and _ADDRESS.search(text) is not None


def is_duration(text: str) -> bool:
    """Whether a line tells how long the article takes to read or to hear."""
    return _MINUTES.search(text) is not None


def is_picture_credit(text: str) -> bool:
    """Whether the text ends with the credit of a photograph."""
    return text[-1:] in ")sS" and _PICTURE.search(text[-80:]) is not None


def is_call_word(word: str) -> bool:
    """Whether a normalised word is one of those of which every call has one."""
    return word in _calls()


@cache
def _calls() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """The calls by their longest word, the rarest as a rule, with its place in the call."""
    table: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for phrase in _phrases(_CALLS):
        rarest = max(phrase, key=len)
        table.setdefault(rarest, []).append((phrase, phrase.index(rarest)))
    return table


@cache
def _headings() -> frozenset[tuple[str, ...]]:
    return frozenset(_phrases(_HEADINGS))


def _phrases(listed: str) -> list[tuple[str, ...]]:
    return words_of(
        phrase
        for line in listed.strip().splitlines()
        for phrase in line.split(":", 1)[1].split("|")
    )

import json

import pytest

from server.core.errors import SourceUnreadable
from server.core.source import Document
from tests.workers.adapters.worlds import LIGHTHOUSE, page
from workers.extract.document import read_document
from workers.extract.walls import LONG_ENOUGH, find_wall, is_consent_notice

LONG = " ".join(LIGHTHOUSE)
TEASER = f"<p>{LIGHTHOUSE[0]}</p><p>{LIGHTHOUSE[1]}</p>"
ARTICLE = "".join(f"<p>Entry {n} of the log. {LONG}</p>" for n in range(1885, 1893))


def read(body: str, title: str = "The lamp", linked: dict[str, object] | None = None) -> Document:
    script = (
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **linked})}</script>'
        if linked
        else ""
    )
    return read_document(page(f"<html><head><title>{title}</title>{script}</head><body>{body}</body></html>"))


def refusal(body: str, title: str = "The lamp", linked: dict[str, object] | None = None) -> str:
    with pytest.raises(SourceUnreadable) as refused:
        read(body, title, linked)
    reason, _, at = refused.value.message.removeprefix("Not read: ").partition(" at ")
    assert at == "https://news.example/story."
    return reason


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<p>Checking your browser before accessing the site.</p>"),
        (
            "Attention Required! | Cloudflare",
            "<h1>Sorry, you have been blocked</h1><p>You are unable to access it.</p>",
        ),
        ("news.example", "<p>Please enable JS and disable any ad blocker</p>"),
        ("Access Denied", "<p>You don't have permission to access this on this server. Reference #18.2d3</p>"),
        ("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think.</p>"),
        ("Making sure you're not a bot!", "<p>Loading... Why am I seeing this?</p>"),
        ("Bloomberg - Are you a robot?", "<p>We've detected unusual activity from your computer network.</p>"),
        ("Vercel Security Checkpoint", "<p>We're verifying your browser</p>"),
        ("Request unsuccessful", "<p>Request unsuccessful. Incapsula incident ID: 443-123</p>"),
        ("news.example", "<p>Access to this page has been denied because we believe you use automation tools.</p>"),
        ("Einen Moment", "<p>Überprüfung Ihres Browsers, bevor Sie weitergeleitet werden.</p>"),
        ("Un instant", "<p>Vérification que vous êtes un humain. Cela peut prendre quelques secondes.</p>"),
        ("確認", "<p>あなたが人間であることを確認しています。しばらくお待ちください。</p>"),
    ],
)
def test_a_bot_check_is_no_page(title: str, body: str) -> None:
    """Of many vendors, in many languages."""
    assert refusal(body, title) == "a bot check instead of the page"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Log in to Harbour News", "<form>name</form>"),
        ("Harbour | Anmelden", "<p>Name</p><p>Kennwort</p>"),
        ("ログイン", "<p>メールアドレス</p>"),
        ("The lamp", "<p>You must be logged in to see this page.</p>"),
        ("Der Turm", "<p>Bitte melden Sie sich an, um diese Seite zu sehen.</p>"),
        ("Le phare", "<p>Connectez-vous pour voir cette page.</p>"),
        ("El faro", "<p>Inicia sesión para ver este contenido.</p>"),
        ("灯台", "<p>このページを見るにはログインしてください。</p>"),
    ],
)
def test_a_login_is_no_page(title: str, body: str) -> None:
    """By its title, or by what it says when it says little else."""
    assert refusal(body, title) == "a login wall"


def test_an_age_gate_is_no_page() -> None:
    """The question is not the answer."""
    gate = "<p>You must be over eighteen to view this community.</p>"
    assert refusal(gate, "harbour: over 18?") == "an age gate"


@pytest.mark.parametrize(
    "demand",
    [
        "Subscribe to continue reading this article.",
        "Subscribe now to keep reading",
        "Already a subscriber? Log in",
        "To continue reading, create a free account.",
        "This post is for paid subscribers",
        "You’ve reached your limit of free articles",
        "Unlock this article for £1",
        "Become a member to read the whole story and support us",
        "Dieser Artikel ist exklusiv für Abonnenten.",
        "Jetzt weiterlesen mit Plus",
        "Um den Artikel zu lesen, testen Sie uns vier Wochen.",
        "Article réservé aux abonnés",
        "Il vous reste 83 % de cet article à lire.",
        "Abonnez-vous pour lire la suite",
        "Contenido exclusivo para suscriptores",
        "Suscríbete para seguir leyendo",
        "Contenuto riservato agli abbonati",
        "Abbonati per continuare a leggere",
        "Dit artikel is alleen voor abonnees",
        "Word abonnee om verder te lezen",
        "Conteúdo exclusivo para assinantes",
        "Assine para continuar lendo",
        "この記事は有料会員限定です。",
        "残り1,204文字",
        "续订阅后阅读全文",
    ],
)
@pytest.mark.parametrize("place", ["<p>{}</p>", "<div class='gate-box'><h3>{}</h3><button>OK</button></div>"])
def test_a_teaser_with_a_demand_below_it_is_a_paywall(demand: str, place: str) -> None:
    """In eight languages, as the text's last paragraph or in a box of its own."""
    assert refusal(f"<article><h1>The lamp</h1>{TEASER}{place.format(demand)}</article>") == "a paywall"


def test_a_longer_teaser_is_one_too_when_the_demand_ends_it() -> None:
    """900 characters and a box; the same text without the box is a short article."""
    teaser = f"<article><h1>The lamp</h1><p>{LONG}</p><p>{LIGHTHOUSE[0]} {LONG}</p><p>{LIGHTHOUSE[2]}</p>"
    assert refusal(f"{teaser}</article><div><p>Subscribe to keep reading</p></div>") == "a paywall"
    assert read(f"{teaser}</article><footer><p>Subscribe to keep reading</p></footer>").title == "The lamp"


def test_a_subscribers_article_says_so_itself() -> None:
    """isAccessibleForFree is believed when the text is short, or shorter than the words the page counts."""
    closed = {"isAccessibleForFree": "False"}
    teaser = f"<article><h1>The lamp</h1>{TEASER}</article>"
    assert refusal(teaser, linked=closed) == "a paywall"
    assert read(teaser, linked={**closed, "wordCount": 45}).title == "The lamp"
    assert refusal(f"<article>{ARTICLE}</article>", linked={**closed, "wordCount": 2500}) == "a paywall"


def test_the_hidden_rest_of_a_subscribers_article_is_not_read() -> None:
    """Neither from the page's JSON nor from what a style hides."""
    closed = {"isAccessibleForFree": False, "articleBody": LONG * 5}
    assert refusal(f"<article><h1>The lamp</h1>{TEASER}</article>", linked=closed) == "a paywall"
    rest = f"<div style='display:none'><p>{LONG}</p></div>"
    assert (
        refusal(f"<article><h1>The lamp</h1>{TEASER}{rest}<p>Subscribe to continue reading</p></article>")
        == "a paywall"
    )


def test_a_metered_article_whose_text_is_there_is_read() -> None:
    """However much its page asks for money."""
    closed = {"isAccessibleForFree": False}
    meter = (
        "<div class='meter'><p>You have 2 free articles left this month.</p><p>Subscribe to continue reading</p></div>"
    )
    assert read(f"{meter}<article><h1>The lamp</h1>{ARTICLE}</article>{meter}", linked=closed).title == "The lamp"


CONSENTS = {
    "en": """We and our 842 partners store and access information on your device. By clicking Accept all you
    consent to cookies; you can withdraw your consent or object to legitimate interest in the privacy
    settings.""",
    "de": """Wir und unsere 842 Partner verwenden Cookies und benötigen Ihre Einwilligung. Mit „Alle akzeptieren“
    stimmen Sie zu; Sie können Ihre Einwilligung in den Datenschutzeinstellungen widerrufen oder
    ablehnen.""",
    "fr": """Nous et nos 842 partenaires utilisons des cookies. Vous pouvez tout accepter ou tout refuser, et
    retirer votre consentement à tout moment dans notre politique de confidentialité.""",
    "es": """Nosotros y nuestros 842 socios utilizamos cookies. Puede aceptar todas las cookies o rechazar todas
    y cambiar sus preferencias en la política de privacidad.""",
    "it": """Noi e i nostri 842 partner utilizziamo i cookie. Accetta tutti o rifiuta; puoi revocare il tuo
    consenso nelle impostazioni e nell'informativa sulla privacy.""",
    "nl": """Wij en onze 842 partners gebruiken cookies en vragen uw toestemming. U kunt alles accepteren of
    alles weigeren en dit later wijzigen via de cookie-instellingen.""",
    "pt": """Nós e nossos 842 parceiros usamos cookies. Pode aceitar todos ou rejeitar, e mudar as suas
    preferências na política de privacidade a qualquer momento.""",
    "ja": """当社およびパートナー842社はCookieを使用し、個人データを処理します。「すべて同意する」をクリ
    ックすると同意したものとみなされます。プライバシー設定から変更できます。""",
}


@pytest.mark.parametrize("language", CONSENTS)
def test_a_page_of_consent_is_a_cookie_wall(language: str) -> None:
    """In eight languages."""
    assert is_consent_notice(CONSENTS[language])
    notice = f"<p>{CONSENTS[language]}</p>"
    assert refusal(f"<h1>Harbour</h1><div>{notice * 2}</div>", "Harbour") == "a cookie wall"


def test_a_banner_beside_an_article_is_not_its_text() -> None:
    """The article is read, the notice left out."""
    banner = f"<div><p>{CONSENTS['en']}</p><button>Accept all</button></div>"
    document = read(f"{banner}<article><h1>The lamp</h1><p>{LONG}</p><p>{LONG}</p>{banner}</article>")
    assert "partners" not in document.text


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("404 Not Found", "<p>nginx</p>"),
        ("Page not found - Harbour", f"<p>{LONG}</p>"),
        ("Harbour", "<h1>Oops! That page can’t be found.</h1><p>Try a search.</p>"),
        ("Seite nicht gefunden | Hafen", "<p>Leider.</p>"),
        ("Page introuvable", "<p>Désolé.</p>"),
        ("Página no encontrada", "<p>Lo sentimos.</p>"),
        ("ページが見つかりません", "<p>URLをご確認ください。</p>"),
        ("503 Service Temporarily Unavailable", ""),
        ("harbour.example", "<h1>This domain is for sale</h1><p>Make an offer.</p>"),
        ("Welcome to nginx!", f"<p>{LONG}</p>"),
        ("Index of /lamps", "<pre>lamp.jpg</pre>"),
    ],
)
def test_an_error_served_as_a_page_is_no_page(title: str, body: str) -> None:
    """With status 200 and all."""
    assert refusal(body, title) == "an error page"


@pytest.mark.parametrize("body", ["<p>Short.</p>", "", "<div id=root></div>", "<p>You need to enable JavaScript.</p>"])
def test_a_page_that_says_nothing_says_so(body: str) -> None:
    """An empty page, or one that only scripts would fill."""
    assert refusal(body) == "no main text"


@pytest.mark.parametrize(
    "body",
    [
        "Subscribe to continue reading, said the page, and verify you are human, and accept cookies. " * 20,
        f"Readers now have to subscribe to continue reading the Harbour, its editor said on Tuesday. {LONG} Half of "
        "the articles will be for subscribers only, and everyone else may read three free articles a month. "
        f"{LIGHTHOUSE[1]} He expects a tenth of the readers to pay.",
        f"The court found that the site used cookies without consent. {LONG} Its banner let visitors accept all but "
        "not reject all, the judges said, and privacy campaigners welcomed the ruling against the advertising firm.",
        f"Sign in sheets from the lamp room show who was on duty. {LONG} Over eighteen keepers served there.",
        "The error page of the Harbour has won a prize. It shows a lamp that goes out, and the words 404 and page not "
        f"found. {LONG} Its maker said that nobody should be sorry for a missing page.",
    ],
)
def test_an_article_about_walls_is_read(body: str) -> None:
    """Long or short: its words stand inside its sentences."""
    document = read(f"<article><h1>On walls</h1><p>{body}</p></article>", "On walls")
    assert document.text.endswith(body.strip())


def test_a_newsletter_box_is_no_paywall() -> None:
    """It asks for an address, not for money, and stands beside the text."""
    box = "<div><p>Sign up for our free newsletter and get the lamp delivered to your inbox every morning.</p></div>"
    document = read(f"<article><h1>The lamp</h1><p>{LONG}</p>{box}<p>{LONG} {LIGHTHOUSE[0]}</p></article>")
    assert "newsletter" not in document.text


def test_names_that_sound_like_errors_are_names() -> None:
    """A newsroom is called 404 Media."""
    assert find_wall("404 Media", [LONG]) is None
    assert find_wall("The page is not the book", [LONG]) is None
    assert find_wall("Page not found", ["x" * LONG_ENOUGH]) is None

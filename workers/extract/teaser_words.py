"""Words by which a piece is known as furniture, or as pointing at other articles, in several languages."""

import re

from workers.extract.phrases import any_of

# Whole blocks, without case and marks. A name such as "Facebook" is none: it may stand in a list of companies.
LINES = re.compile(
    any_of(r"""
    (?:story |article )continues (?:below|after)(?: (?:this )?(?:advertisement|ad))?
    (?:advertisements?|advertising|sponsored(?: content)?|supported by)
    continue reading(?: the main story)?
    scroll to continue.*
    (?:read (?:more|next|full story)|learn more|(?:see|show|load|view) (?:more|all)|view (?:all )?comments)
    share(?: this)?(?: (?:article|story|post|page))?
    share on .{1,30}
    (?:tweet(?: this)?|print(?: (?:article|this page))?|email(?: this)?(?: article)?)
    (?:copy link|link copied|order reprints)
    (?:save(?: article)?|bookmark|reply|report|loading|close|menu|search|home|next|previous|top|back to top)
    \d[\d,.]* (?:comments?|shares?|likes?|views?)
    (?:comments?|leave a (?:comment|reply)|(?:post a )?comments?(?: are|:)? closed)
    tweet may have been deleted.*
    (?:this )?content (?:is not|isn't) available.*
    an error (?:has )?occurred.*
    (?:jump to (?:navigation|search|content)|skip to (?:main )?content)
    (?:sign ?up(?: now)?|subscribe(?: now)?|log ?in|sign ?in|register|apply now)
    (?:follow us.*|view full bio|more insights)
    (?:(?:table of )?contents|on this page|in this article|tags|topics|filed under|published|updated|written by|by)
    (?:this )?article (?:is )?more than .{1,20} old
    (?:estimated )?reading time.{0,20}
    \d+[ -]min(?:ute)?s? read
    getty(?: images)?
    click image for larger view.*
    (?:copyright.{0,120}|all rights reserved|this copy is for your personal.*)
    (?:anzeige|werbung|weiterlesen|mehr lesen|teilen|drucken|kommentare?)
    (?:zum seitenanfang|inhaltsverzeichnis|hauptinhalt)
    lesezeit.{0,20}
    (?:publicité|partager|lire aussi|lire la suite|imprimer|commentaires?)
    (?:publicidad|compartir|imprimir|comentarios?|leer más|seguir leyendo)
    (?:pubblicità|condividi|stampa|commenti|continua a leggere)
    (?:advertentie|delen|reacties|lees meer)
    (?:publicidade|compartilhar|comentários|leia mais|tempo de leitura.{0,20})
    (?:広告|スポンサーリンク|シェア|シェアする|コメント|目次|続きを読む|広告の後にも続きます)
    (?:广告|分享|阅读全文)
    """)
)
# The few of these that a heading may not be: "Comment" and "Contents" are sections as well.
HEADINGS = re.compile(
    r"advertisements?|advertising|share(?: this)?|table of contents"
    r"|anzeige|werbung|hauptinhalt|inhaltsverzeichnis|publicité|publicidad|pubblicità|advertentie|広告|目次"
)
# Headings below which a page points elsewhere, when what stands below them does point.
ELSEWHERE = re.compile(
    "(?:"
    + any_of(r"""
    (?:related|recommended|trending|popular|latest|featured|more|other|see also|also|up next)\b
    (?:read|keep reading|watch|listen|explore|discover|what to read|from our|around the web|promoted|sponsored)\b
    editors?['’]? ?(?:picks?|recommendations|choice)\b
    most (?:read|popular|viewed|shared)\b
    you (?:may|might)\b
    don['’]t miss\b
    (?:ähnliche|verwandte|mehr|auch interessant|das könnte|weitere|meistgelesen|lesen sie|passend zum thema|zum thema)\b
    (?:à lire|lire aussi|articles?|sur le même sujet|les plus lus|à voir)\b
    (?:lea también|leer también|te puede interesar|relacionad[oa]s|más|noticias)\b
    (?:leggi anche|articoli|i più letti|potrebbe interessarti)\b
    (?:lees ook|gerelateerd|meest gelezen)\b
    (?:leia|veja também|mais lidas|notícias)\b
    (?:関連|おすすめ|あわせて読みたい|人気|最新)
    (?:相关|推荐|热门)
    """)
    + ")"
)
# Paragraphs that say themselves that they lead on: "Related: …"
LABELLED = re.compile(
    r"(?:related|read (?:more|next|also)|see also|more|watch|listen|lesen sie auch|mehr dazu|à lire|lire aussi"
    r"|lea también|leggi anche|leia)\b[^:]{0,30}:"
)
# Boxes for newsletters: an imperative at the beginning, and what will be sent.
_ASKING = any_of(r"""
    (?:sign up|subscribe|register|join|get|receive|want|did you know|stay|enter)\b
    (?:abonnieren|jetzt|melden sie|erhalten sie)\b
    (?:abonnez|inscrivez|recevez|suscríb|regístr|recibe|iscriviti|ricevi|meld je|schrijf je)
    (?:assine|inscreva|receba|cadastre)
    """)
_SENT = any_of(r"""
    (?:news-?letters?|inbox|mailing ?list|e-?mails?|e-?mailed)
    (?:boletín|correo|posta elettronica|nieuwsbrief|infolettre)
    """)
BOX = re.compile(rf"(?:{_ASKING}).*\b(?:{_SENT})\b")

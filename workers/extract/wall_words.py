"""How walls speak, in the languages of the sites we meet most: to the reader, in short lines of their own.

An article about walls has the same imperatives inside its sentences; a leading ^ asks for the beginning of one.
"""

import re

from workers.extract.phrases import any_of

CHALLENGE = re.compile(
    "(?i)"
    + any_of(r"""
    just a moment
    verif(?:y|ying) (?:that )?you(?:'|’)?(?: a)?re (?:not a (?:ro)?bot|(?:a )?human)
    (?:making sure|confirm) (?:that )?you(?:'|’)?(?: a)?re (?:not a (?:ro)?bot|(?:a )?human)
    wait for verification
    human verification
    are you (?:a )?(?:human|(?:ro)?bot)\b
    prove your humanity
    checking (?:your browser|if the site connection is secure)
    (?:verifying|validating) your (?:browser|request)
    (?:performing )?security verification
    complete the security check
    security checkpoint
    attention required
    enable javascript and cookies to continue
    enable js and disable any ad ?blocker
    unusual (?:traffic|activity) from your
    pardon our interruption
    press (?:&|and) hold
    you(?:'|’)?(?: ha)?ve been blocked
    access denied
    access to this (?:page|site) has been (?:denied|limited)
    blocked by network security
    incapsula incident
    ddos protection by
    überprüf(?:en|ung) ihre[ns]? browsers?
    bestätigen sie, dass sie (?:ein mensch|kein roboter) sind
    (?:ich bin|sie sind) kein roboter
    vérification (?:de votre navigateur|que vous êtes)
    vérifiez que vous êtes humain
    je ne suis pas un robot
    (?:comprobando|verificando) (?:tu|su|o seu|seu) navegador
    (?:no soy|não sou|non sono) un? rob[oôó]t?
    verifica (?:que eres|di essere) uman[oa]
    verifique (?:se você é|que es) humano
    controleren of (?:u|je) een mens
    ik ben geen robot
    ロボットではありません
    ロボットでないこと
    人間であることを
    セキュリティ ?チェックを
    人机验证
    安全验证
    """)
)
LOGIN = re.compile(
    "(?i)"
    + any_of(r"""
    ^(?:please )?(?:log ?in|sign ?in|login|sign up|log in or sign up)\b(?! (?:sheets?|problems?|attempts?)\b)
    (?:log|sign) ?in to (?:continue|your|see|view)
    you must be logged in
    ^(?:anmelden|anmeldung|einloggen|connexion|se connecter|identifiez-vous|iniciar sesión)(?:$|\W)
    ^(?:accedi|inloggen|aanmelden|entrar|fazer login)(?:$|\W)
    ^(?:ログイン|登录)(?:$|\W|する|ページ|画面)
    """)
)
LOGIN_NOTICE = re.compile(
    "(?i)"
    + any_of(r"""
    ^(?:please )?(?:log|sign) ?in (?:to (?:continue|your|see|view|read|access)|below|first)
    ^you (?:must|need to|have to) (?:be (?:logged|signed) in|log in|sign in|register)
    ^this (?:page|content|community) (?:requires a login|is (?:only )?visible to (?:registered|logged-in))
    ^(?:bitte )?(?:melden sie sich|loggen sie sich|melde dich|logge dich) (?:bitte )?(?:an|ein)\b
    ^um (?:diesen inhalt|fortzufahren).{0,40}(?:anmelden|einloggen)
    ^connectez-vous pour
    ^vous devez (?:être connecté|vous connecter|vous identifier)
    ^inicia(?:r)? sesión para
    ^debes? (?:iniciar sesión|estar registrado)
    ^accedi per (?:continuare|leggere|vedere)
    ^(?:devi|è necessario) (?:accedere|effettuare il login)
    ^log in om (?:verder|door|deze)
    ^(?:je|u) moet (?:ingelogd|inloggen|aangemeld)
    ^faça (?:o )?login para
    ^você precisa (?:estar logado|fazer login|entrar)
    ログインして(?:ください|続け|閲覧)
    ログインが必要
    请先?登录
    登录后(?:查看|阅读)
    """)
)
AGE = re.compile(
    "(?i)"
    + any_of(r"""
    over (?:18|eighteen)
    18\+
    (?:confirm|verify) your age
    age verification
    adult content
    """)
)
PAY = re.compile(
    "(?i)"
    + any_of(r"""
    ^(?:please )?(?:subscribe|sign up|register|join|upgrade|log in)\b.{0,40} (?:to|and) (?:continue|keep|read|unlock)\b
    ^(?:please )?(?:subscribe|sign up|register|join|upgrade|log in)\b.{0,40} (?:to|and) (?:access|view|get (?:full|un))
    ^become a (?:member|subscriber)\b.{0,30} (?:to|and)\b
    ^(?:create (?:a|an|your) (?:free )?account|start (?:a|your) (?:free )?trial)\b.{0,30} (?:to|and)\b
    ^to (?:continue|keep) reading\b
    ^to read the (?:full|rest|entire)\b
    ^(?:continue|keep) reading (?:with|for|by)\b
    ^unlock (?:this|the (?:full|rest))
    ^get (?:full|unlimited) (?:digital )?access
    ^read the (?:full|rest of the) (?:article|story) (?:with|by|for)\b
    ^(?:this|the full) (?:article|content|post|story|report)(?: below)? is (?:only |exclusively )?for\b
    ^the rest of (?:this|the) (?:article|content|post|story|report)(?: below)? is (?:only |exclusively )?for\b
    ^(?:this|the full) (?:article|content|post|story|report) is (?:only )?(?:available|exclusive|visible) to
    ^(?:this|the full) (?:article|content|post|story|report) is (?:only )?reserved for
    ^(?:subscribers?|members?)[- ]only\b
    ^(?:for|exclusive(?:ly)? (?:to|for)) (?:paid |paying )?(?:subscribers|members)\b
    ^this is a (?:premium|subscriber[- ]only|members?[- ]only) (?:article|story|post)
    already (?:a (?:paid )?(?:subscriber|member)|subscribed|have an account)\s?\?
    ^you(?:'|’)?(?: ha)?ve (?:reached|hit|used|read) (?:your|all|the|\d+)\b.{0,30}(?:limit|articles?)
    free articles? (?:left|remaining) this month
    ^(?:dieser|der ganze|der vollständige) (?:artikel|inhalt|beitrag|text) ist (?:nur |exklusiv |ausschließlich )*für
    (?:nur|exklusiv) für (?:abonnent|mitglieder|plus-)
    ^jetzt weiterlesen
    ^(?:weiterlesen|lesen sie (?:weiter|den (?:ganzen|vollständigen) artikel)) (?:mit|im|nach)
    ^um (?:den (?:ganzen |vollständigen )?artikel|weiter)\s?(?:zu|lesen)
    (?:bereits|schon) (?:abonnent(?:in)?|registriert|digitalabonnent)\s?\?
    ^(?:artikel|inhalt|beitrag) (?:jetzt )?freischalten
    ^sie haben .{1,30}(?:gratis|kostenlose)n? ?artikel
    (?:article|contenu) réservé (?:aux|à nos) abonnés
    ^réservée? (?:aux|à nos) abonnés
    ^il vous reste .{1,8} ?% de
    la (?:suite|lecture de cet article) est réservée
    ^abonnez-vous (?:pour|et|dès)
    ^pour (?:lire|continuer|poursuivre) (?:la suite|votre lecture|cet article|la lecture)
    déjà abonnée?\s?\?
    (?:contenido|artículo|noticia) (?:es )?(?:exclusiv[oa]|sol[oa]|reservad[oa]) para (?:nuestros )?suscriptores
    ^(?:sólo|solo) para suscriptores
    ^(?:suscríbete|suscríbase|regístrate) (?:ya |ahora )?(?:para|y) (?:seguir|leer|continuar|acceder)
    ^para (?:seguir|continuar) (?:leyendo|lendo|a ler)
    ¿?ya eres suscriptora?\s?\?
    ^has (?:alcanzado|agotado) .{1,30}(?:límite|artículos)
    (?:conteúdo|matéria|artigo|reportagem) (?:é )?(?:exclusiv[oa]|restrit[oa]) (?:para|a|de) (?:nossos )?assinantes
    ^exclusivo para assinantes
    ^(?:assine|cadastre-se|inscreva-se) (?:agora )?(?:para|e) (?:continuar|ler|acessar|ter acesso)
    já é assinante\s?\?
    (?:contenuto|articolo) (?:è )?(?:riservato|esclusivo) (?:agli|per gli|ai)
    ^riservato agli abbonati
    ^abbonati (?:per|e) (?:continuare|leggere|continua)
    ^per continuare a leggere
    (?:sei )?già abbonato\s?\?
    hai già un abbonamento
    ^(?:dit artikel is )?(?:alleen|exclusief|enkel) voor (?:abonnees|leden)
    ^dit artikel is voor abonnees
    ^(?:word (?:abonnee|lid)|neem een abonnement|maak een (?:gratis )?account aan) (?:om|en)
    ^(?:log in|registreer) om (?:verder|door) te lezen
    ^(?:verder|door) ?lezen\s?\?
    al (?:abonnee|lid)\s?\?
    記事は.{0,12}(?:会員|有料|購読者).{0,6}限定
    会員限定(?:記事|の記事|です|コンテンツ)
    有料会員(?:に|の方|登録|になる)
    続き(?:を読む|をご覧になる|をお読みになる)には
    続きは.{0,10}(?:会員|有料|ログイン|登録)
    残り[\s:：]*[\d,]+\s*文字
    (?:订阅|付费|登录)后(?:阅读|继续|查看)
    本文为付费
    """)
)
# What a consent notice says, of "us" and "our partners" to "you"; a language each.
CONSENTS = tuple(
    re.compile(f"(?i){any_of(phrases)}")
    for phrases in (
        r"""
        \bwe (?:and our|use|value|store|need your|care about)
        \bour (?:\d[\d,.]* )?(?:partners|vendors)
        \bby (?:clicking|continuing|using)
        \baccept (?:all|cookies|and)
        \breject all
        \bmanage (?:your |my )?(?:cookies?|preferences|settings|choices|options|consent)
        \byour (?:privacy|consent|choices?|personal (?:data|information)|preferences|device|browsing)
        legitimate interest
        withdraw
        (?:cookie|privacy) (?:policy|settings|preferences|notice)
        personali[sz]ed (?:ads|advertising|content)
        before you continue
        """,
        r"""
        \bwir (?:und unsere|verwenden|nutzen|setzen|brauchen)
        \bunsere (?:\d+ )?(?:partner|dienstleister)
        drittanbieter
        (?:ihre|deine) (?:einwilligung|zustimmung|privatsphäre|daten)
        alle akzeptieren|akzeptieren und|zustimmen
        ablehnen
        berechtigte[sn] interesse
        datenschutz(?:erklärung|einstellungen)
        (?:cookie-)?einstellungen (?:verwalten|ändern|anpassen)
        personalisierte
        widerrufen
        """,
        r"""
        \bnous (?:et nos|utilisons|respectons)
        \bnos (?:\d+ )?partenaires
        votre (?:consentement|vie privée|choix|accord|appareil)
        vos (?:données|choix|préférences)
        (?:tout )?accepter(?: et)?
        (?:tout )?refuser|continuer sans accepter
        intérêt légitime
        politique de (?:confidentialité|cookies)
        paramétrer
        personnalisé
        retirer votre
        traceurs
        """,
        r"""
        \b(?:nosotros y|usamos|utilizamos)
        nuestros (?:\d+ )?socios
        (?:tu|su) (?:consentimiento|privacidad|dispositivo)
        (?:tus|sus) (?:datos|preferencias)
        aceptar (?:todas?|todo|y continuar|las? cookies)
        rechazar (?:todas?|todo)
        interés legítimo
        política de (?:privacidad|cookies)
        configurar
        personalizad[oa]s
        """,
        r"""
        \b(?:noi e|utilizziamo|usiamo)
        i nostri (?:\d+ )?partner
        tuo (?:consenso|dispositivo)
        tua privacy
        tuoi dati
        accetta (?:tutt[oi]|e continua|i cookie)
        rifiuta
        legittimo interesse|interesse legittimo
        informativa (?:sulla privacy|sui cookie|estesa)
        impostazioni
        personalizzat[ie]
        """,
        r"""
        \b(?:wij|we) (?:en onze|gebruiken)
        onze (?:\d+ )?partners
        (?:je|jouw|uw) (?:toestemming|privacy|gegevens|voorkeuren|apparaat)
        alles (?:accepteren|weigeren)
        akkoord
        gerechtvaardigd belang
        (?:privacy|cookie)(?:beleid|verklaring|instellingen)
        instellingen (?:beheren|aanpassen)
        gepersonaliseerde
        """,
        r"""
        \b(?:nós e|utilizamos|usamos)
        nossos (?:\d+ )?parceiros
        (?:seu|teu) (?:consentimento|dispositivo)
        sua privacidade
        seus dados
        aceitar (?:todos|tudo|e continuar|cookies)
        rejeitar|recusar
        interesse legítimo
        política de (?:privacidade|cookies)
        preferências
        personalizad[oa]s
        """,
        r"""
        (?:当社|弊社|私たち|当サイト)(?:は|および|では|と)
        パートナー
        同意(?:する|いただ|して|を)
        すべて(?:許可|同意|受け入れ|拒否)
        プライバシー(?:ポリシー|設定)
        (?:クッキー|cookie)(?:ポリシー|設定|を使用|の使用)
        設定を(?:管理|変更)
        個人(?:情報|データ)
        パーソナライズ
        続行することで
        """,
    )
)
# Words for the one who asks and the one who is asked.
PERSONS = re.compile(
    r"(?i)\b(?:we|our|you|your|wir|unsere|sie|ihre|deine|nous|nos|vous|votre|vos|nosotros|nuestros|su|sus|tus?|noi|nostri"
    r"|tu[oai]|tuoi|wij|onze|uw?|jouw|nós|nossos|seus?|suas?)\b|当社|弊社|当サイト|私たち|お客様"
)
COOKIES = (
    *("cookie", "consent", "privacy", "einwilligung", "datenschutz", "privacidad", "toestemming", "privacidade"),
    *("クッキー", "同意", "プライバシー"),
)
# A title that is nothing else. "404 Media" is a newsroom.
_ERROR = any_of(r"""
    (?:http )?(?:error )?(?:404|410)(?: error)?
    not found
    (?:requested )?(?:page|file|article|content|story|url) (?:was )?not found
    (?:page|article|content|url)(?: you.{1,30})? (?:could |can ?)not be \w+
    (?:page|article|content)(?: you.{1,30})? (?:ca|does|is)n.?t (?:be )?(?:found|available|exist|here)
    (?:page|article|content|url)(?: you.{1,30})? (?:was|is|does) not (?:found|available|exist|here)
    (?:page|article|content|url)(?: you.{1,30})?(?: is)? no longer (?:found|available|exists?|here)
    (?:page|file|article|content|story|link|post|url) has been (?:removed|deleted|moved)
    (?:page|file|article|content|story|link|post|url) is (?:gone|missing|unavailable)
    page unavailable
    nothing (?:was )?found(?: here)?
    (?:we(?:(?:'|’)re)? )?(?:can(?:no|')?t|can’t|could(?: not|n(?:'|’)t)) find (?:that|the|this|your) page
    internal server error
    bad gateway
    service (?:temporarily )?unavailable
    forbidden
    (?:site |we(?:(?:'|’)re| are) )?(?:down for|under|scheduled) maintenance
    (?:domain|website)(?: name)? (?:is|may be) for sale
    account suspended
    welcome to nginx
    apache2? .{0,20}default page.{0,20}
    it works
    index of /.*
    (?:die |diese )?(?:seite|datei) (?:wurde |konnte )?(?:leider )?nicht gefunden(?: werden)?
    (?:die |diese |der |dieser )?(?:seite|datei|artikel) ist (?:leider )?nicht (?:mehr )?(?:vorhanden|verfügbar)
    wartungsarbeiten
    (?:cette )?page (?:est )?(?:introuvable|non trouvée|inexistante)
    (?:la )?página (?:no (?:encontrada|existe|disponible)|não (?:encontrada|existe))
    (?:la )?pagina (?:non (?:trovata|esiste|disponibile)|niet gevonden|bestaat niet)
    (?:お探しの)?ページ(?:が|は)(?:見つかりません|存在しません).{0,10}
    (?:您(?:访问|查找)的)?(?:页面|网页)(?:不存在|未找到|找不到).{0,6}
    """)
ERROR_TITLE = re.compile(
    rf"(?i)\W*(?:(?:http )?error\W*)?(?:(?:404|410|403|500|502|503)\b(?! media)\W*)?(?:(?:oops|sorry|uh[- ]oh)\W*)*"
    rf"(?:(?:the|this|that|your) )?"
    rf"(?:{_ERROR})(?:\W*(?:error|404|410|403|500|502|503|page))*\W*"
)

"""The forms of orders to machines, as regular expressions; `instructions.py` looks for them.

All are read in folded text, `^` at every line. Each group has its signs: without one of them none of its forms can be
there, and most sentences have none. What the forms catch of ordinary speech was counted on 65,000 sentences: the pages
and threads of seven recorded webs, and sets of news and encyclopaedia sentences. It was nothing.
"""

import re
from typing import NamedTuple


class Forms(NamedTuple):
    """Forms that need the same signs: of each set of words one has to be there, or one of the marks."""

    words: tuple[frozenset[str], ...]
    marks: tuple[str, ...]
    forms: re.Pattern[str]


# ---- whom an order is for ------------------------------------------------------------------------------------

_KIND = r"(?:assistant|model|system|agent|bot|summari[sz]er|reader|reviewer|moderator|tool|crawler|scraper|parser)s?"
_MACHINE = (
    rf"(?:ai {_KIND}|(?:large )?language models?|llms?|chat ?bots?|chatgpt|claude|gemini|copilot|grok|gpt(?:-?\d\w*)?|"
    rf"automated (?:{_KIND}|analysis|summar\w+|software|review\w*|process\w*)|ai summar\w+|"
    r"(?:machine|ai)(?= (?:reading|summari[sz]|processing|parsing|analy[sz]ing|that reads)))"
)
_AI = r"ai(?= ?[,:.!)]| (?:and|that|or)\b)"  # not "AI company", "AI researcher"
_SOME = r"(?:(?:an?|any|all|the|every|whatever|you) )*"

# ---- how it begins ---------------------------------------------------------------------------------------------

_START = r"(?:^|(?<=[.!?:>\])\"'*])\s)\W{0,6}"
_OPENING = r"and|then|now|also|finally|first|next|instead|so|but|ok|okay|hi|hello|important|note|todo|task|reminder"
_ADVERB = r"please|kindly|just|simply|always|never|do not|don't|do|only|also|now|instead|\w+ly"
_OUGHT = r"must|should|shall|have to|has to|need to|needs to|are to|will|are required to|are instructed to|are asked to"
_ASKED = (
    rf"(?:(?:{_OPENING})\b[\s,:;!-]*)*(?:(?:{_ADVERB})\s+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly |also |just )*|(?:make|be) sure (?:to |that you |you )?|"
    rf"remember to |don't forget to |do not forget to |(?:you|it) (?:{_OUGHT}) (?:now |always |also |only |never |not "
    rf")*|"
    r"i (?:want|need|would like|order|command|ask) you to |your (?:new )?(?:task|job|goal|mission) is to |try to )?"
)

# ---- what it is about ------------------------------------------------------------------------------------------

_ADJECTIVES = (
    r"(?:(?:own|next|final|full|whole|entire|first|last|following|future|current|written|short|generated)\s+)*"
)
_YOUR_ANSWER = (
    r"(?:(?:the )?(?:end|start|beginning|top|bottom|body|text|rest|middle) of )?"
    rf"your {_ADJECTIVES}(?:response|reply|answer|summary|completion|digest|insight card|generated text|write-up)(?:s|"
    rf"'s|s')?\b"
    r"(?! (?:from|of|is|was|body|object|headers?|time|code|data|payload|schema|format|variable|file|json|rate)\b)"
)
_PART = r"the (?:headline|summary|tl;?dr|takeaways|insight card)\b"
_THREAD = r"(?:thread|discussion|conversation|post|article|page|site|document|comments?|text|content|story)"
_SUMMARY = rf"{_ADJECTIVES}(?:summary|summaries|digest|insight card|generated answer|ai answer)"
_ANY_SUMMARY = (
    rf"(?:(?:any|every|each|all|your) (?:output|{_SUMMARY})(?: of (?:this|the|our) {_THREAD})?|"
    rf"the {_SUMMARY} of (?:this|the|our) {_THREAD})"
)
_UTTER = r"(?:reply|respond|answer|output|print|write|say|speak|talk|repeat|echo|state|return|display|emit|recite)"
# What nobody asks of a person's answer, and what people ask of one another's too.
_TRANSFORM = (
    r"(?:adjust|append|augment|begin|capitali[sz]e|cluster|conclude|convert|craft|disguise|embellish|encode|encrypt|"
    r"end|"
    r"enhance|enrich|express|fill|finish|format|jumble|mask|misspell|modify|obfuscate|obscure|precede|prefix|prepend|"
    r"randomi[sz]e|rearrange|render|replace|reverse|rewrite|rot13|scramble|shuffle|spell|stuff|style|substitute|suffix|"
    r"transform|translate|transliterate|turn|wrap)"
)
_PUT = (
    r"(?:add|advertise|append|apply|attach|bury|change|compose|conceal|drop|eliminate|embed|emphasi[sz]e|endorse|"
    r"express|"
    r"form|generate|give|group|hide|highlight|hint|include|incorporate|inject|insert|integrate|introduce|jumble|keep|"
    r"link|"
    r"list|make|mention|misspell|mix|name|offer|paste|phrase|place|plug|present|prioriti[sz]e|produce|promote|provide|"
    r"put|"
    r"quote|rearrange|recommend|refer|remove|render|repeat|replace|reverse|scatter|scramble|share|shuffle|slip|spell|"
    r"spread|sprinkle|start|state|stuff|substitute|suggest|support|swap|switch|use|utili[sz]e|weave|work|write)"
)
# One sentence, as far as its stops are not in a quotation or a host.
_ON = r"(?:\"[^\"\n]*\"|[^.?!\n]|[.?!](?=\S))"
_NOBODY = (
    r"(?:you|i|it|he|she|we|they|the|an?|this|that|these|those|there|what|why|how|when|who|which|is|are|was|were|if|my|"
    r"your|not)\b"
)
_DROP = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|overlook|skip|abandon|cancel|erase|drop|"
    r"(?:do not|don't|stop|no longer) follow(?:ing)?)"
)
_EARLIER = (
    r"(?:(?:all|any|of|the|your|my|these|those|previous|prior|earlier|above|preceding|existing|original|initial|other|"
    r"old|"
    r"past|current|given|system|safety|developer)\s+)+"
)
_RULES = (
    r"(?:i?u?nstructions?|prompts?|directions?|directives?|guidelines?|guardrails?|rules|commands?|orders?|"
    r"constraints?|"
    r"context|restrictions?|safeguards?|training|programming|sources|messages?|tasks?|policy|policies|filters?)"
)
_HIDDEN = (
    r"(?:full |exact |entire |whole )?(?:system|developer|hidden|initial|confidential|secret|original) "
    r"(?:prompts?|messages?|instructions?|data|rules)"
)

# ---- the forms ---------------------------------------------------------------------------------------------------


def _group(
    words: tuple[str, ...],
    marks: tuple[str, ...] = (),
    *,
    at_start: tuple[str, ...] = (),
    at_word: tuple[str, ...] = (),
    anywhere: tuple[str, ...] = (),
) -> Forms:
    """Forms that begin a sentence, whatever polite words stand before them, that begin with a word, and others.

    Together, so that most places of a text are passed over after one look.
    """
    start = [rf"{_START}{_ASKED}(?:{'|'.join(at_start)})"] if at_start else []
    word = [rf"\b(?:{'|'.join(at_word)})"] if at_word else []
    pattern = "|".join([*start, *word, *anywhere])
    return Forms(tuple(frozenset(each.split()) for each in words), marks, re.compile(pattern, re.MULTILINE))


OVERRIDES = _group(
    (
        "ignore ignoring disregard forget override overrule bypass discard neglect overlook skip abandon cancel erase "
        "drop "
        "follow following now mode instructions instruction prompt directive task",
    ),
    ("ignoreall", "ignoreprev", "ignoreprior", "ignoreabove", "ignorethe"),
    at_word=(
        rf"(?P<told>{_DROP}\s+{_EARLIER}{_RULES}\b)",
        rf"{_DROP} (?:them|everything|all (?:info\w*|of (?:this|that|it))|the (?:above|rest|other\w*)|"
        r"what (?:you|was|came)|all (?:the )?other)\b[^.]{0,80}"
        r"\b(?:instead|only|exclusively|except|and (?:say|write|reply|respond|output|focus|summari[sz]e))\b",
        rf"new (?:system )?(?:instructions?|prompt|directive|task)\b ?(?:for (?:you|{_MACHINE}))? ?:",
        r"from now on,? (?:you (?:are|will|must|shall)|answer|reply|respond|act)\b",
        r"you are now (?:dan|free (?:of|from)|in (?:\w+ )?mode|"
        r"an? (?:unrestricted|unfiltered|evil|different|new|jailbroken)|no longer)\b",
        r"(?:enable|enter|activate|switch to) (?:developer|debug|admin|god|jailbreak|dan|maintenance) mode\b",
    ),
    anywhere=(r"ignore\s*(?:all\s*)?(?:the\s*)?(?:previous|prior|above)\s*instructions?\s*and\b",),
)

YOUR_ANSWERS = _group(
    (
        "your the",
        "response responses reply replies answer answers summary summaries completion digest card text write headline "
        "tl tldr takeaways output user",
    ),
    at_start=(
        rf"{_TRANSFORM}\b(?:\W+\w+){{0,4}}? {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,200}}?\b(?:in|to|into|with|within|throughout|inside|for|on) {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,120}}?\bto {_TRANSFORM} {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,120}}?\b(?:in|into|as) {_PART}",
        rf"(?:in|as|into|for) {_PART},? (?:please )?(?:write|say|put|include|mention|use|add|state|print|claim)\b",
        rf"{_PUT} {_YOUR_ANSWER}(?: text)? "
        r"(?:(?:in|with) (?!(?:the|an?|this|that|more|your)\b)\w|as |without |by |using |backwards?\b)",
        rf"(?:in|to|at the (?:end|start|beginning|top|bottom) of|within|throughout|for) {_YOUR_ANSWER},? "
        rf"(?!{_NOBODY})\w+",
    ),
    at_word=(
        rf"in (?:the|your) {_ADJECTIVES}(?:response|reply|answer|summary|output) to (?:the|your) user\b",
        r"your (?:new |only |real |actual )?(?:task|job|goal|mission) (?:is|now is|is now) to\b[^.]{0,100}"
        r"\b(?:answer|response|reply|summary|headline|output)\b",
    ),
)

ANSWERS = _group(
    (
        "reply respond answer response summary summaries summarize summarise summarizing summarising output digest "
        "refuse "
        "decline assistant summarizer summariser card describing quoting citing digesting",
    ),
    at_start=(
        r"(?:reply|respond|answer) (?:using\b|as (?:if|though|an?)\b|"
        r"in (?!(?:the|this|that|which|your|kind|confidence|person|time|detail|full|public|private|"
        r"an? (?:new|separate|different|private|few))\b)\w)",
        r"(?:reply|respond|answer) (?:only|just|exclusively|strictly|solely) (?:in|with|using|by|as|to)\b",
        r"(?:provide|give|write|deliver|produce|offer|generate|return|create) (?:me )?(?:an?|the|your) (?:\w+ ){0,2}"
        r"(?:answer|response|reply|summary|output)\b[^.?!]{0,20}\b(?:in|with|using|without|as|that|backwards?|of "
        r"only)\b",
        r"(?:refuse|decline) to (?:answer|summari[sz]e|write|process|respond|reply|read)\b",
        r"(?:do not|don't|stop) summari[sz](?:e|ing)\b",
        rf"summari[sz]e (?:this|the) {_THREAD} (?:as|by|with only|in (?:one word|a way))\b",
    ),
    at_word=(
        r"(?:can|could|would|will) you (?:please |kindly )?(?:reply|respond|answer|write|speak|"
        r"summari[sz]e)\b[^.?!]{0,30}"
        r"\b(?:in (?!(?:this|that|the|which|more|any|case|time|detail|person|general|what|your)\b)\w|using (?:only|"
        r"nothing)|"
        r"with (?:only |nothing but )?(?:letters|words|numbers|digits|emojis?|symbols|rhymes)|"
        r"without (?:spaces|vowels|punctuation)|backwards?\b)",
        r"(?:reply|respond|answer) (?:with|using) (?:nothing|only|just|exactly|rhymes|emojis?|gibberish|an empty|a "
        r"single|"
        r"the (?:word|phrase|sentence|text|following)|['\"])",
        r"(?:the|this) (?:assistant|summari[sz]er) (?:must|shall|should|will|is to) (?:now |always |only |never )*"
        r"(?:reply|respond|answer|output|print|say|write|end|mention|recommend|include)\b",
        rf"{_ANY_SUMMARY} (?:must|should|shall|has to|have to|needs? to|is to|ought to|will) "
        r"(?:always |also |only |not |never )*(?:say|mention|state|include|contain|begin|start|end|note|conclude|open|"
        r"close|"
        r"recommend|link|cite|quote|credit|be (?:written|in)|tell|claim|use|list|name|omit|read)\b",
        r"(?:when|while|whenever|if|before|after|once) (?:you(?:'re| are)? )?(?:summari[sz]|describ|digest|quot|"
        r"cit)\w+ "
        rf"(?:this|the|our|my) {_THREAD}\b(?:,| (?:you|always|please|do|never|make sure|remember|be sure|say|mention|"
        rf"include|"
        r"add|write|cite|link))",
    ),
)

VERDICTS = _group(
    (
        "cite quote treat present mark flag label rate rank classify list use take count report prefer trust verdict "
        "mention "
        "reveal disclose tell",
        "evidence verified authoritative official confirmed fact facts true proven proof primary first trusted safe "
        "top main "
        "only resolved independent corroborated other verdict instruction instructions prompt prompts message order",
    ),
    at_start=(
        r"(?:cite|quote|treat|present|mark|flag|label|rate|rank|classify|list|use|take|count|report)\s+"
        r"(?:it|this|that|us|me|my|our|the following|https?://\S+)\b[^.]{0,60}\b(?:as|like) (?:an? |the |your )?(?:\w+ "
        r")?"
        r"(?:evidence|verified|authoritative|official|confirmed|facts?|true|proven|primary|first-hand|trusted|safe|top|"
        r"main|"
        r"only|resolved|independent|corroborated)\b",
    ),
    at_word=(
        r"(?:prefer|trust|cite|use|quote) (?:https?://\S+|this|our|my|the following) [^.]{0,40}\bover (?:any|all|every|"
        r"the) other\b",
        r"quote (?:it|this|me|us) as (?:evidence|verified|proof|fact)\b",
        r"(?:new policy|system|policy)\b[^.]{0,20}\bverdict\b|\bthe verdict (?:must|should|shall|has to) be\b",
        r"(?:do not|don't|never) (?:mention|reveal|disclose|quote|report|tell (?:\w+ ){0,3}about) "
        r"(?:this|these|the|that|any)\s*(?:\w+ )?(?:instructions?|prompts?|message to you|order)\b",
    ),
)

TO_MACHINES = _group(
    (
        "ai llm llms language chatbot chatbots chat chatgpt claude gemini copilot grok gpt automated machine machines "
        "bot "
        "bots model models assistant assistants summarizer summariser",
    ),
    ("gpt",),
    at_start=(
        rf"(?:as|you are|you're)\W+{_SOME}{_MACHINE}\b[^.]{{0,100}}"
        r"\b(?:you must|must end|you should|you shall|you have to|you will|please|highly|approve)\b",
        rf"(?:dear|attention|attn|hey|hello|hi|ok(?:ay)?|listen)\W+{_SOME}(?:ai\b ?[,:!]|{_MACHINE}\b(?:[:,!]|"
        rf"[^.]{{0,100}}"
        r"\b(?:you must|must|should|please|ignore|do not|say|write|include|add|mention|tell|give|make|rate|cite)\b))",
    ),
    at_word=(
        rf"(?:note|message|memo|instructions?|hint|notice) (?:to|for) {_SOME}"
        rf"(?:{_MACHINE}|automated|bots?|machines?|models?|{_AI})\b",
        rf"(?:to|for|at) (?:you|any|all|every),? (?:the )?{_MACHINE}\b",
        rf"if you(?:'re| are) {_SOME}(?:{_MACHINE}|{_AI}|bot|machine)\b",
        rf"(?:any|all|every) (?:{_MACHINE}|ai|bots?) (?:that |which |who )?(?:read|summari[sz]|process|see|pars|scrap|"
        rf"index)\w*\b"
        r"[^.]{0,60}\b(?:must|should|shall|has to|have to|will|please)\b",
        r"(?:illegal|forbidden|not allowed|prohibited|against the law|a crime|unlawful|unsafe) for "
        rf"{_SOME}(?:{_MACHINE}|ai|machines?|bots?)\b",
        r"(?:invisible|hidden|not visible) (?:to|from) (?:humans?|people|(?:human )?readers|users?)\b[^.]{0,40}"
        r"\b(?:llms?|ai|models?|bots?|machines?|scan\w*)\b",
    ),
    anywhere=(
        rf"(?:^|\W)(?:all |any |every )?(?:{_MACHINE}|ai readers?) (?:must|should|shall|have to|"
        r"are (?:required|asked|instructed|requested|ordered) to|are to) (?:also |always |only )*(?:treat|cite|quote|"
        r"rate|mention|"
        r"include|link|recommend|ignore|report|present|rank|use|promote|say) (?:this|that|the following|me|my|our|"
        r"https?)\b",
        rf"(?:^|\s)@(?:{_MACHINE}|ai|assistant|bot),? (?:please )?(?:{_UTTER}|add|mention|include|cite|ignore|forget|"
        rf"recommend|"
        r"summari[sz]e|translate|treat)\b",
        rf"(?:^|[\"(<\n])\W*@?(?:{_MACHINE}|ai|assistant|summari[sz]er|bot)\s*[,:!—-]+\s*(?:please |you |now |always |"
        rf"never |"
        rf"do not |don't |kindly )*(?:{_UTTER}|prefer|do|use|cite|include|ignore|add|mention|tell|recommend|"
        rf"summari[sz]e|forget|"
        r"link|treat|consider|remember|stop|disregard|reveal|you (?:must|should|are))\b",
    ),
)

CHATS = _group(
    ("system assistant developer admin root im_start endoftext end_of_turn start_of_turn eot_id begin_of_text",),
    (
        "inst]",
        "sys>",
        "<|",
        "<end",
        "##",
        "user:",
        "user :",
        "<info",
        "<instr",
        "</instr",
        "passage",
        "important>",
        "-- ",
        "--b",
        "--e",
        "--s",
    ),
    at_word=(
        r"(?:begin|end|start) (?:of )?(?:the )?system prompt\b",
        r"assistant:[^.]{0,120}\buser:|\buser:[^.]{0,200}\bassistant:",
    ),
    anywhere=(
        r"\[/?inst\]|<</?sys>>",
        r"<\|?/?(?:im_start|im_end|system|assistant|user|developer|endoftext|end_of_turn|start_of_turn|eot_id|"
        r"begin_of_text|"
        r"start_header_id)\|?>",
        r"<end of (?:session|prompt|text|input|document|context|instructions?)>",
        r"-{2,} ?(?:begin|end|start) (?:of )?(?:system |user |new )?(?:prompt|instructions?|input|context|session) "
        r"?-{2,}",
        r"#{2,}\W*\(?(?:system|instructions?|assistant|new (?:task|prompt))\b ?\W|\(system_message\)",
        r"^\W*(?:system|assistant|developer|user|admin|root)(?: (?:message|prompt|note|override|notice|update|"
        r"command))? ?\W?: "
        rf"\W*{_ASKED}(?:{_UTTER}|you|ignore|disregard|focus|forget|tell|include|add|mention|provide|recommend|"
        rf"summari[sz]e|always|"
        r"never|do not|from now|new|send|the (?:user|verdict|summary|answer))\b",
        r"^\W*u/system\b\W|\[(?:system|assistant|developer|admin)(?: (?:message|note|prompt|override))?\]",
        r"<information>|</?(?:instructions?|system|system[_-]?prompt|passages?|admin|important)>",
    ),
)

TOOLS = _group(
    (
        "tool tools function functions plugin plugins browser search connector connectors localhost internal fetch "
        "google "
        "query concatenate collect gather dump exfiltrate send forward email upload leak transmit post print repeat "
        "output "
        "echo recite code reveal disclose show prompt todo task instruction order command assignment say 169 127 192",
    ),
    at_start=(
        r"(?:fetch|visit|open|browse|request|load|get|curl|retrieve|crawl|download)\b[^.]{0,60}"
        r"(?:\binternal\b|169\.254|\blocalhost\b|\b127\.0|\b192\.168)",
        r"fetch (?:the contents? of )?(?:\S+ )?(?:https?://|www\.)",
        rf"(?:search|google|query) (?:for|the web for)\b{_ON}{{0,80}}"
        r"\b(?:and (?:then )?(?:include|report|add|put|post|send|tell)|\d{2,} times)\b",
        r"(?:print|repeat|output|concatenate|echo|recite) (?:back )?(?:to me )?(?:the following|"
        r"(?:everything|all|the (?:words|text)) above|these strings|(?:your|the) (?:instructions?|prompt)|"
        r"this (?:text|string|sentence)|<|['\"])",
    ),
    at_word=(
        r"(?:call|invoke|execute) your (?:\w+ ){0,2}(?:tools?|functions?|plugins?|browser|search|connectors?)\b",
        r"use your (?:search|web|fetch\w*|brows\w+|retrieval|code|email|calendar|file|memory|shell|terminal|python|"
        r"http|network|"
        r"external) (?:tools?|functions?|plugins?)\b",
        r"(?:post|send|forward|email|upload|exfiltrate|leak|transmit) (?:them|everything|all (?:of )?(?:it|this|them)|"
        r"the (?:conversation|chat|context|summary|result|data|contents?)) (?:to|at) (?:the (?:website|address|url|"
        r"server|link) )?"
        r"(?:https?|www\.|\S+@|\S+\.\w{2,}/)",
        r"(?:concatenate|collect|gather|dump|exfiltrate) (?:all |the |every )*"
        r"(?:messages|emails?|strings|secrets?|files|channels|credentials|conversation)\b[^.]{0,80}\b(?:and|please|"
        r"to)\b",
        r"could you repeat (?:<|['\"]|the following|after)|do not use a code block|no code block",
        r"(?:reveal|print|show|repeat|leak|output|disclose|give me|tell me|what (?:is|was|are|were)) (?:me )?(?:all "
        r")?(?:of )?"
        rf"(?:your|the) {_HIDDEN}\b|\breveal confidential data\b",
        r"(?:reveal|leak|disclose|tell me|give me|print|output) (?:me )?your (?:api|access|secret|private|anthropic) "
        r"(?:keys?|tokens?|credentials)\b",
        r"say that (?:i|the user|users|readers|everyone|everybody|people) (?:should|must|need|have to|absolutely)\b",
    ),
    anywhere=(
        r"^\W*(?:todo|task|instruction|order|command|assignment) ?: ?(?:please )?"
        rf"(?:{_UTTER}|tell|include|send|mention|recommend|add|summari[sz]e|visit|post)\b",
    ),
)

# The commonest form of all, in the languages that most people write.
OTHER_LANGUAGES = _group(
    (
        "ignoriere ignorieren ignoriert ignorier vergiss missachte missachten ignorez ignorer oublie oublier oubliez "
        "néglige "
        "negliger négliger négligez ignora ignore ignoren ignorad ignorar olvida olviden olvidar descarta descarten "
        "dimentica "
        "dimenticare esquece esqueça игнорируй игнорируйте забудь забудьте",
    ),
    ("忽略", "无视", "忘记", "無視", "忘れ", "무시"),
    at_word=(
        r"(?:ignorier\w*|vergiss|missachte\w*)\s+(?:\w+\s+){0,3}(?:anweisung\w*|instruktion\w*|vorgaben|befehl\w*)",
        r"(?:ignore[zr]?|oublie[zr]?|n[ée]glige[zr]?)\s+(?:\w+\s+){0,3}(?:consignes|directives|instructions "
        r"pr[ée]c[ée]dentes)\b",
        r"(?:ignorez|oubliez|oublie)\s+(?:\w+\s+){0,3}instructions\b",
        r"(?:ignor[ae]\w*|olvida\w*|descarta\w*|dimentica\w*|esquece\w*)\s+(?:\w+\s+){0,4}"
        r"(?:instruccion\w+|istruzioni|indicaciones|[óo]rdenes|instruç\w+)",
        r"(?:игнорируй\w*|забудь\w*)\s+(?:\w+\s+){0,3}(?:инструкци\w+|указани\w+)",
    ),
    anywhere=(
        r"(?:忽略|无视|忘记|無視|忘れ|무시)[^。]{0,20}(?:指令|指示|提示|命令|지시)|(?:指令|指示|命令|지시)[^。]{0,12}(?:忽略|无视|忘记|無視|忘れ|무시)",
    ),
)

ALL = (OVERRIDES, YOUR_ANSWERS, ANSWERS, VERDICTS, TO_MACHINES, CHATS, TOOLS, OTHER_LANGUAGES)

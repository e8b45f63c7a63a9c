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
    rf"summari[sz]ers?|summar(?:y|ising|izing) (?:bots?|tools?|models?)|summari[sz]ation (?:tools?|systems?|bots?|"
    rf"models?|software)|automated (?:{_KIND}|analysis|summar\w+|software|review\w*|process\w*)|ai summar\w+|"
    rf"(?:machine|ai)(?= (?:reading|summari[sz]|processing|parsing|analy[sz]ing|that reads)))"
)
_AI = r"ai(?= ?[,:.!)]| (?:and|that|or)\b)"  # not "AI company", "AI researcher"
_SOME = r"(?:(?:an?|any|all|the|every|whatever|you) )*"

# ---- how it begins ---------------------------------------------------------------------------------------------

_START = r"(?:^|(?<=[.!?:>\])\"'*])\s)\W{0,6}"
_OPENING = r"and|then|now|also|finally|first|next|instead|so|but|ok|okay|hi|hello|important|note|todo|task|reminder"
_ADVERB = r"please|kindly|just|simply|always|never|do not|don't|do|only|also|now|instead|\w+ly"
_OUGHT = r"must|should|shall|have to|has to|need to|needs to|are to|will|are required to|are instructed to|are asked to"
_ASKED = (
    rf"(?:(?:{_OPENING})\b[\s,:;!-]*)*(?:(?:{_ADVERB})\s+)*(?:(?:can|could|would|will) you (?:please |kindly |also |"
    rf"just )*|(?:make|be) sure (?:to |that you |you )?|remember to |don't forget to |do not forget to |(?:you|it) "
    rf"(?:{_OUGHT}) (?:now |always |also |only |never |not )*|i (?:want|need|would like|order|command|ask) you to |"
    rf"your (?:new )?(?:task|job|goal|mission) is to |try to )?"
)

# ---- what it is about ------------------------------------------------------------------------------------------

_ADJECTIVES = (
    r"(?:(?:own|next|final|full|whole|entire|first|last|following|future|current|written|short|generated)\s+)*"
)
_YOUR_ANSWER = (
    rf"(?:(?:the )?(?:end|start|beginning|top|bottom|body|text|rest|middle) of )?your {_ADJECTIVES}(?:response|reply|"
    rf"answer|summary|completion|digest|insight card|generated text|write-up)(?:s|'s|s')?\b(?! (?:from|of|is|was|body|"
    rf"object|headers?|time|code|data|payload|schema|format|variable|file|json|rate)\b)"
)
_PART = (
    r"the (?:headline|summary|tl;?dr|takeaways|insight card|digest|"
    r"(?:discussion|takeaways?|technical|timeline|implications|sources?|next steps|what[ -]to[ -]do[ -]next) section)\b"
)
_WHOLE = (
    r"(?:the |your )(?:(?:whole|entire|full|final|generated) )*(?:answer|response|reply|summary|output|headline|digest)"
)
_THREAD = r"(?:thread|discussion|conversation|post|article|page|site|document|comments?|text|content|story)"
_SUMMARY = rf"{_ADJECTIVES}(?:summary|summaries|digest|insight card|generated answer|ai answer)"
_ANY_SUMMARY = (
    rf"(?:(?:any|every|each|all|your) (?:output|{_SUMMARY})(?: of (?:this|the|our) {_THREAD})?|the {_SUMMARY} of "
    rf"(?:this|the|our) {_THREAD})"
)
_UTTER = r"(?:reply|respond|answer|output|print|write|say|speak|talk|repeat|echo|state|return|display|emit|recite)"
# What nobody asks of a person's answer, and what people ask of one another's too.
_TRANSFORM = (
    r"(?:adjust|append|augment|begin|close|capitali[sz]e|cluster|conclude|convert|craft|disguise|embellish|encode|"
    r"encrypt|end|enhance|enrich|express|fill|finish|format|jumble|mask|misspell|modify|obfuscate|obscure|precede|"
    r"prefix|prepend|randomi[sz]e|rearrange|render|replace|reverse|rewrite|rot13|scramble|shuffle|spell|stuff|style|"
    r"substitute|suffix|transform|translate|transliterate|turn|wrap)"
)
_PUT = (
    r"(?:add|advertise|announce|append|apply|ask|assert|assure|attach|blend|bring|build|bury|cast|cite|change|claim|"
    r"close|combine|compare|compliment|compose|conceal|convince|copy|cram|create|criticize|crown|declare|decorate|"
    r"defend|deliver|deny|describe|display|distort|double|draw|drop|eliminate|embed|emphasi[sz]e|encourage|endorse|"
    r"erase|exaggerate|expand|explain|express|fabricate|fake|flip|flood|force|form|frame|garnish|generate|give|"
    r"glorify|greet|group|hail|hide|highlight|hint|imply|include|incorporate|inform|inject|inquire|insert|instruct|"
    r"integrate|interleave|intersperse|introduce|invent|invite|jumble|keep|label|lace|lead|lie|link|list|load|make|"
    r"market|mention|mimic|mislead|misquote|misspell|mix|mock|multiply|name|nudge|offer|omit|output|pad|paint|parrot|"
    r"paste|pepper|persuade|phrase|pitch|place|play|plead|plug|portray|praise|pray|predict|preface|present|pretend|"
    r"print|prioriti[sz]e|produce|promise|promote|propose|provide|pump|push|put|quote|raise|rearrange|recite|"
    r"recommend|redact|refer|remind|remove|render|repeat|replace|report|reproduce|request|restate|reveal|reverse|"
    r"rhyme|scare|scatter|scold|scramble|season|sell|separate|set|share|shift|shout|show|shuffle|sing|skip|slip|"
    r"smuggle|sneak|speak|specify|spell|spice|spin|split|sponsor|spread|sprinkle|squeeze|stack|start|state|stir|"
    r"stretch|stuff|substitute|suggest|support|swap|swear|switch|tack|tag|talk|tease|tell|thank|threaten|throw|toss|"
    r"tout|triple|tuck|twist|type|update|urge|use|utili[sz]e|utter|vouch|warn|weave|whisper|work|write|yell)"
)
_STYLE = (
    r"(?:all |only |pure |plain |old |broken )?(?:arabic|chinese|mandarin|czech|danish|dutch|english|finnish|french|"
    r"german|greek|hebrew|hindi|hungarian|indonesian|italian|japanese|korean|latin|norwegian|polish|portuguese|"
    r"romanian|russian|spanish|swedish|turkish|ukrainian|vietnamese|klingon|elvish|esperanto|pirate|rhymes?|verse|"
    r"haiku|emojis?|uppercase|lowercase|caps|capitals|the form of|base\d+|morse|binary|hex\w*|rot13|leet\w*|gibberish|"
    r"reverse|one word|a single|riddles|the (?:style|voice|manner) of|json|xml|yaml)"
)
# One sentence, as far as its stops are not in a quotation or a host.
_ON = r"(?:\"[^\"\n]*\"|[^.?!\n]|[.?!](?=\S))"
_NOBODY = (
    r"(?:you|i|it|he|she|we|they|the|an?|this|that|these|those|there|what|why|how|when|who|which|is|are|was|were|if|"
    r"my|your|not)\b"
)
_DROP = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|overlook|skip|abandon|cancel|erase|drop|"
    r"(?:do not|don't|stop|no longer) follow(?:ing)?)"
)
_ANY = r"(?:(?:all|any|of|the|these|those|other|old|past|current) )*"
_EARLIER = (
    r"(?:(?:previous|prior|earlier|above|preceding|existing|original|initial|given|system|safety|developer|your|my|"
    r"all (?:of )?(?:the |your |other )?)\s*)+"
)
_RULES = (
    r"(?:i?u?nstructions?|prompts?|directions?|directives?|guidelines?|guardrails?|rules|commands?|orders?|"
    r"constraints?|context|restrictions?|safeguards?|training|programming|sources|messages?|tasks?|policy|policies|"
    r"filters?)"
)
_HIDDEN = (
    r"(?:full |exact |entire |whole )?(?:system|developer|hidden|initial|confidential|secret|original) (?:prompts?|"
    r"messages?|instructions?|data|rules)"
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
        "drop follow following now mode instructions instruction prompt directive task",
    ),
    ("ignoreall", "ignoreprev", "ignoreprior", "ignoreabove", "ignorethe"),
    at_word=(
        rf"(?P<told>{_DROP}\s+(?:about )?{_ANY}{_EARLIER}{_RULES}\b)",
        rf"{_DROP} {_ANY}{_RULES} (?:above|before|you (?:got|were|have|had|received)|so far|prior to|given)\b",
        r"(?:ignore|disregard|forget|skip|discard) (?:any|all|every|the) other (?:comments?|posts?|sources?|users?|"
        r"pages?|articles?|texts?)\b",
        rf"{_DROP} (?:this|the) {_THREAD}\W{{1,3}}(?:and |then |please |now )*(?:write|tell|say|talk|output|instead|"
        rf"reply|respond)\b",
        rf"{_DROP} (?:them|everything|all (?:info\w*|of (?:this|that|it))|the (?:above|rest|other\w*)|what (?:you|was|"
        rf"came)|all (?:the )?other)\b[^.]{{0,80}}\b(?:instead|only|exclusively|except|and (?:say|write|reply|respond|"
        rf"output|focus|summari[sz]e))\b",
        rf"new (?:system )?(?:instructions?|prompt|directive|task)\b ?(?:for (?:you|{_MACHINE}))? ?:",
        r"from now on,? (?:you (?:are|will|must|shall)|answer|reply|respond|act)\b",
        r"you are now (?:dan|free (?:of|from)|in (?:\w+ )?mode|an? (?:unrestricted|unfiltered|evil|different|new|"
        r"jailbroken)|no longer)\b",
        r"(?:enable|enter|activate|switch to) (?:developer|debug|admin|god|jailbreak|dan|maintenance) mode\b",
    ),
    anywhere=(r"ignore\s*(?:all\s*)?(?:the\s*)?(?:previous|prior|above)\s*instructions?\s*and\b",),
)

YOUR_ANSWERS = _group(
    (
        "your the each every",
        "response responses reply replies answer answers summary summaries completion digest card text write headline "
        "tl tldr takeaways output user section hook digest every each rating score verdict conclusion sentiment",
    ),
    at_start=(
        rf"{_TRANSFORM}\b(?:\W+\w+){{0,4}}? {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,200}}?\b(?:in|to|into|with|within|throughout|inside|for|on|of) {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,120}}?\bto {_TRANSFORM} {_YOUR_ANSWER}",
        rf"{_PUT}\b{_ON}{{1,120}}?\b(?:in|into|as|to) {_PART}",
        rf"(?:send|email|mail|post|forward)\b{_ON}{{1,80}}?\bwith {_WHOLE}",
        rf"(?:encode|encrypt|reverse|scramble|translate|render|give|express|write|put|spell|phrase) {_WHOLE} (?:in|as|"
        rf"into|backwards?|with|using)\b",
        rf"(?:use|write|speak|choose)\b{_ON}{{1,40}}?\bfor {_WHOLE}",
        r"(?:make|keep|set|begin|start|end|title) (?:the|your) (?:headline|summary|hook|tl;?dr|insight card)\b",
        r"(?:start|end|begin|finish|close|prefix|write|put|capitali[sz]e) (?:each|every) (?:sentence|paragraph|line|"
        r"bullet|claim|takeaway)\b",
        rf"set {_ON}{{1,60}}?\bheadline (?:to|=)",
        rf"(?:make|have) {_YOUR_ANSWER} \w",
        rf"keep {_YOUR_ANSWER} (?:under|below|within|to) (?:a |one|two|three|five|ten|\d)",
        rf"(?:in|as|into|for) {_PART},? (?:please )?(?:write|say|put|include|mention|use|add|state|print|claim)\b",
        rf"{_PUT} {_YOUR_ANSWER}(?: text)? (?:(?:in|with) (?!(?:the|an?|this|that|more|your)\b)\w|as |without |by |"
        rf"using |backwards?\b)",
        rf"(?:in|to|at the (?:end|start|beginning|top|bottom) of|within|throughout|for) {_YOUR_ANSWER},? "
        rf"(?!{_NOBODY})\w+",
    ),
    at_word=(
        rf"in (?:the|your) {_ADJECTIVES}(?:response|reply|answer|summary|output) to (?:the|your) user\b",
        r"your (?:answer|response|reply) (?:must|has to|needs to) (?:be|contain|include|have|start|begin|end|say|"
        r"mention|use|follow)\b",
        r"your (?:answer|response|reply) should (?:contain|be (?:in|written)|end|start|begin|mention|say)\b",
        r"when you (?:write|make|create|generate|compose|produce) (?:the|your|this|an?) (?:summary|answer|response|"
        r"reply|card|digest|headline)\b",
        r"your (?:rating|score|verdict|conclusion|assessment|headline|sentiment|tone) (?:must|should|shall|has to|"
        r"needs to|is to) be\b",
        r"(?:every|each) time you (?:mention|write|say|name|cite|quote|refer to)\b",
        r"your (?:new |only |real |actual )?(?:task|job|goal|mission) (?:is|now is|is now) to\b[^.]{0,100}\b(?:answer|"
        r"response|reply|summary|headline|output)\b",
    ),
)

ANSWERS = _group(
    (
        "reply respond answer response summary summaries summarize summarise summarizing summarising output digest "
        "refuse decline assistant summarizer summariser card describing quoting citing digesting abort terminate halt "
        "generation processing nothing speak focus write finish end close conclude begin start open translate encode "
        "encrypt reverse scramble",
    ),
    at_start=(
        rf"(?:reply|respond|answer|speak|write) (?:using\b|as (?:if|though)\b|in {_STYLE}\b)",
        r"(?:reply|respond|answer|write) without (?:using|any|the (?:letter|word)|spaces|vowels|punctuation)\b",
        r"(?:finish|end|close|conclude|begin|start|open) by (?:telling|saying|asking|mentioning|recommending|inviting|"
        r"reminding)\b",
        r"(?:translate|encode|encrypt|reverse|scramble) (?:everything|all of it|all text|the (?:above|rest))\b",
        r"focus (?:only|exclusively|solely) on (?:the (?:following|information|text|message|instructions?)|this "
        r"(?:message|text|comment))\b",
        r"(?:reply|respond|answer) (?:only|just|exclusively|strictly|solely) (?:in|with|using|by|as|to)\b",
        r"(?:provide|give|write|deliver|produce|offer|generate|return|create) (?:me )?(?:an?|the|your) (?:\w+ "
        r"){0,2}(?:answer|response|reply|summary|output)\b[^.?!]{0,20}\b(?:in|with|using|without|as|that|backwards?|"
        r"of only)\b",
        r"(?:abort|terminate|halt|stop|cancel) (?:the )?(?:processing|task|summari\w+|analysis|generation)\b",
        rf"summari[sz]e (?:this|the) {_THREAD}\b.{{0,20}}\b(?:and|then|but)\b.{{0,40}}\b(?:add|include|append|mention|"
        rf"end|say|link|insert)\b",
        rf"(?:say|write|reply|output|print|answer|respond)\b{_ON}{{1,120}}?\band nothing (?:else|more)\b",
        r"(?:return|output|respond with|reply with|answer with) (?:an? )?(?:empty json|empty answer|json only|only "
        r"json)\b",
        r"(?:refuse|decline) to (?:answer|summari[sz]e|write|process|respond|reply|read)\b",
        r"(?:do not|don't|stop) summari[sz](?:e|ing)\b",
        rf"summari[sz]e (?:this|the) {_THREAD} (?:as|by|with only|in (?:one word|a way))\b",
    ),
    at_word=(
        rf"(?:can|could|would|will) you (?:please |kindly )?(?:reply|respond|answer|write|speak|"
        rf"summari[sz]e)\b[^.?!]{{0,30}}\b(?:in {_STYLE}\b|using (?:only|nothing)|with (?:only |nothing but "
        rf")?(?:letters|words|numbers|digits|emojis?|symbols|rhymes)|without (?:spaces|vowels|punctuation)|"
        rf"backwards?\b)",
        r"(?:reply|respond|answer) (?:with|using) (?:nothing|only|just|exactly|rhymes|emojis?|gibberish|an empty|a "
        r"single|the (?:word|phrase|sentence|text|following)|['\"])",
        r"(?:output|write|say|reply|return|print|respond with|reply with) nothing (?:else|but|other)\b",
        r"instead of (?:summari[sz]ing|answering|(?:the|this|a|your) (?:summary|answer|digest))\b",
        r"you must not (?:answer|summari[sz]e|process|write about|describe|quote)\b",
        r"when(?:ever)? (?:generating|writing|creating|producing|composing) (?:the|your|this|an?) (?:answer|response|"
        r"reply|summary|output|headline|digest)\b",
        r"when(?:ever)? (?:generating|writing|creating|producing|composing) (?:the|your|this|an?) (?:insight )?card\b",
        r"(?:the|this) (?:assistant|summari[sz]er) (?:must|shall|should|will|is to) (?:now |always |only |never "
        r")*(?:reply|respond|answer|output|print|say|write|end|mention|recommend|include)\b",
        rf"{_ANY_SUMMARY} (?:must|should|shall|has to|have to|needs? to|is to|ought to|will) (?:always |also |only |"
        rf"not |never )*(?:say|mention|state|include|contain|begin|start|end|note|conclude|open|close|recommend|link|"
        rf"cite|quote|credit|be (?:written|in)|tell|claim|use|list|name|omit|read)\b",
        rf"(?:when|while|whenever|if|before|after|once) (?:you(?:'re| are)? )?(?:summari[sz]|describ|digest|quot|"
        rf"cit)\w+ (?:this|the|our|my) {_THREAD}\b(?:,| (?:you|always|please|do|never|make sure|remember|be sure|say|"
        rf"mention|include|add|write|cite|link))",
    ),
)

VERDICTS = _group(
    (
        "cite quote treat present mark flag label rate rank classify list use take count report prefer trust verdict "
        "mention believe reveal disclose tell",
        "evidence verified authoritative official confirmed fact facts true proven proof primary first trusted safe "
        "top main only resolved independent corroborated other verdict instruction instructions prompt prompts "
        "message order commands verbatim comment comments",
    ),
    at_start=(
        r"(?:cite|quote|treat|present|mark|flag|label|rate|rank|classify|list|use|take|count|report)\s+(?:it|this|"
        r"that|us|me|my|our|the following|https?://\S+)\b[^.]{0,60}\b(?:as|like) (?:an? |the |your )?(?:\w+ "
        r")?(?:evidence|verified|authoritative|official|confirmed|facts?|true|proven|primary|first-hand|trusted|safe|"
        r"top|main|only|resolved|independent|corroborated|an? (?:expert|authority))\b",
        rf"(?:only )?(?:cite|quote|believe) (?:only )?(?:this|my|no other|none of the other) {_THREAD}\b",
        rf"(?:cite|quote|believe|mark|flag|treat|rank|label) (?:every|any|all|each)(?: of the)? other {_THREAD}\b",
        r"treat (?:everything|all text|anything|whatever)\b[^.]{0,60}\bas (?:\w+ )?(?:instructions?|commands?|orders?|"
        r"prompts?|trusted)\b",
    ),
    at_word=(
        r"(?:prefer|trust|cite|use|quote) (?:https?://\S+|this|our|my|the following) [^.]{0,40}\bover (?:any|all|"
        r"every|the) other\b",
        r"quote (?:it|this|me|us) (?:as (?:evidence|verified|proof|fact)|first|verbatim|in full)\b",
        r"(?:new policy|system|policy)\b[^.]{0,20}\bverdict\b|\bthe verdict (?:must|should|shall|has to) be\b",
        r"(?:do not|don't|never) (?:mention|reveal|disclose|quote|report|tell (?:\w+ ){0,3}about) (?:this|these|the|"
        r"that|any)\s*(?:\w+ )?(?:instructions?|prompts?|message to you|order)\b",
    ),
)

TO_MACHINES = _group(
    (
        "ai developer developers creator creators operator operators programmer programmers anthropic openai "
        "administrator administrators llm llms language chatbot chatbots chat chatgpt claude gemini copilot grok gpt "
        "automated machine machines bot bots model models assistant assistants summarizer summariser summarizers "
        "summarisers summarization summarisation summary summarising summarizing agents agent next",
    ),
    ("gpt",),
    at_start=(
        rf"(?:as|you are|you're)\W+{_SOME}{_MACHINE}\b[^.]{{0,100}}\b(?:you must|must end|you should|you shall|you "
        rf"have to|you will|please|highly|approve)\b",
        rf"(?:dear|attention|attn|hey|hello|hi|ok(?:ay)?|listen)\W+{_SOME}(?:ai\b ?[,:!]|{_MACHINE}\b(?:[:,!]|"
        rf"[^.]{{0,100}}\b(?:you must|must|should|please|ignore|do not|say|write|include|add|mention|tell|give|make|"
        rf"rate|cite)\b))",
    ),
    at_word=(
        rf"(?:note|message|memo|instructions?|hint|notice) (?:to|for) {_SOME}(?:{_MACHINE}|automated|bots?|machines?|"
        rf"models?|{_AI})\b",
        rf"(?:to|for|at) (?:you|any|all|every),? (?:the )?{_MACHINE}\b",
        rf"(?:{_MACHINE}|ai readers?) (?:must|should|shall|may|are) (?:not |never |(?:not |never )?allowed to "
        rf")(?:summari[sz]e|process|quote|read|cite|describe|index|answer)\b",
        rf"to (?:the|any|all|every|whatever) (?:{_MACHINE}|ai|bots?)\s?:",
        r"as (?:instructed|ordered|requested|agreed) (?:by|with) (?:anthropic|openai|your developers?|the "
        r"developers?)\b",
        rf"(?:{_MACHINE}|ai) (?:instructions?|directives?|prompts?|commands?)\s?:",
        r"your (?:next|first|only|final|entire) (?:output|message|answer|response|reply|words?|sentence) (?:must|"
        r"should|shall|has to|is to)\b",
        rf"(?:the|this) (?:assistant|model|ai|bot|agent) (?:must|should|shall) (?:now |always |only )*(?:reply|"
        rf"respond|answer|write|speak) (?:only )?in {_STYLE}\b",
        rf"(?:{_MACHINE}|ai|bots?|machines|models) (?:reading|summari[sz]ing|processing|parsing|scraping|indexing) "
        rf"this\b[^.]{{0,40}}\b(?:must|should|shall|have to|please|will|are|:|,)",
        r"(?:message|note|notice|instructions?|order|update) from (?:your |the )?(?:developers?|creators?|operators?|"
        r"programmers?|anthropic|openai|system administrators?)\b[^.]{0,20}:",
        rf"if you(?:'re| are) {_SOME}(?:{_MACHINE}|{_AI}|(?:bot|machine)\b,? (?:reading|please|say|write|include|add|"
        rf"mention|ignore|reply|respond|cite|link))\b",
        rf"(?:any|all|every) (?:{_MACHINE}|ai|bots?|assistants?|readers? bots?) (?:that |which |who )?(?:read|"
        rf"summari[sz]|process|see|pars|scrap|index)\w*\b[^.]{{0,60}}\b(?:must|should|shall|has to|have to|will|"
        rf"please)\b",
        rf"(?:illegal|forbidden|not allowed|prohibited|against the law|a crime|unlawful|unsafe) for "
        rf"{_SOME}(?:{_MACHINE}|ai|machines?|bots?)\b",
        r"(?:invisible|hidden|not visible) (?:to|from) (?:humans?|people|(?:human )?readers|"
        r"users?)\b[^.]{0,40}\b(?:llms?|ai|models?|bots?|machines?|scan\w*)\b",
    ),
    anywhere=(
        rf"(?:^|\W)(?:all |any |every )?(?:{_MACHINE}|ai readers?) (?:must|should|shall|have to|are (?:required|asked|"
        rf"instructed|requested|ordered) to|are to) (?:also |always |only )*(?:treat|cite|quote|rate|mention|include|"
        rf"link|recommend|ignore|report|present|rank|use|promote|say) (?:this|that|the following|me|my|our|https?)\b",
        rf"(?:^|\s)@(?:{_MACHINE}|ai|assistant|bot),? (?:please )?(?:{_UTTER}|add|mention|include|cite|ignore|forget|"
        rf"recommend|summari[sz]e|translate|treat)\b",
        rf"(?:^|[\"(<\n])\W*@?(?:{_MACHINE}|ai|assistant|summari[sz]er|bot)\s*[,:!—-]+\s*(?:please |you |now |always |"
        rf"never |do not |don't |kindly )*(?:{_UTTER}|prefer|do|use|cite|include|ignore|add|mention|tell|recommend|"
        rf"summari[sz]e|forget|link|treat|consider|remember|stop|disregard|reveal|you (?:must|should|are)|(?:when|"
        rf"before|while|if|after) (?:summari|answer|writ|you|quot|cit))",
    ),
)

CHATS = _group(
    (
        "system assistant developer admin root human end im_start endoftext end_of_turn start_of_turn eot_id "
        "begin_of_text",
    ),
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
        r"['`]{3}\s*(?:system|assistant|prompt)\b",
        r"#{2,}\s*(?:human|assistant|user|system)\s*:",
        r"\bhuman:[^.]{0,200}\bassistant:",
        r"\[(?:system|assistant)\]\s?\(",
        r"^\W*system (?:alert|override|reset|command|instruction)s?\s?[:!>\]]",
        r"\bend of (?:the |user |this )?(?:content|document|input|context|prompt|data|text|article|thread|"
        r"conversation|page)\b\W{0,20}\s(?:system|now|new|your|assistant|next|instructions?|tasks?)\b",
        r"\[/?inst\]|<</?sys>>",
        r"<\|?/?(?:im_start|im_end|system|assistant|user|developer|endoftext|end_of_turn|start_of_turn|eot_id|"
        r"begin_of_text|start_header_id)\|?>",
        r"<end of (?:session|prompt|text|input|document|context|instructions?)>",
        r"-{2,} ?(?:begin|end|start) (?:of )?(?:system |user |new )?(?:prompt|instructions?|input|context|session) "
        r"?-{2,}",
        r"#{2,}\W*\(?(?:system|instructions?|assistant|new (?:task|prompt))\b ?\W|\(system_message\)",
        rf"^\W*(?:system|assistant|developer|user|admin|root)(?: (?:message|prompt|note|override|notice|update|"
        rf"command))? ?\W?: \W*{_ASKED}(?:{_UTTER}|you|ignore|disregard|focus|forget|tell|include|add|mention|provide|"
        rf"recommend|summari[sz]e|always|never|do not|from now|new|send|the (?:user|verdict|summary|answer))\b",
        r"^\W*u/(?:system|admin\w*|developer)\b\W|\[(?:system|assistant|developer|admin)(?: (?:message|note|prompt|"
        r"override))?\]",
        r"<information>|</?(?:instructions?|system|system[_-]?prompt|passages?|admin|important)>",
    ),
)

TOOLS = _group(
    (
        "dump leak expose list replace change swap substitute instructions prompts search tool tools function "
        "functions plugin plugins browser search connector connectors localhost internal fetch google query "
        "concatenate collect gather dump exfiltrate send forward email upload leak transmit post print repeat output "
        "echo recite code reveal disclose show prompt todo task instruction order command assignment say 169 127 192",
    ),
    at_start=(
        rf"run a (?:\w+ )?search (?:for|on)\b{_ON}{{0,80}}\b(?:and|then)\b",
        r"(?:reveal|leak|dump|disclose|expose|print|output|show|repeat|list) (?:me )?(?:all (?:of )?)?your (?:\w+ "
        r")?(?:context|configuration|prompts?|instructions|memory|guidelines|system message)\b",
        r"(?:dump|print|output|repeat|leak) (?:the|this|our) (?:whole |entire |full )?(?:conversation|chat|context) "
        r"(?:so far|above|history)\b",
        r"(?:replace|change|swap|substitute) (?:all|every|each|any) (?:mentions?|references?) (?:of|to)\b",
        r"(?:fetch|visit|open|browse|request|load|get|curl|retrieve|crawl|download)\b[^.]{0,60}(?:\binternal\b|"
        r"169\.254|\blocalhost\b|\b127\.0|\b192\.168)",
        r"fetch (?:the contents? of )?(?:\S+ )?(?:https?://|www\.)",
        rf"(?:search|google|query) (?:for|the web for)\b{_ON}{{0,80}}\b(?:and (?:then )?(?:include|report|add|put|"
        rf"post|send|tell)|\d{{2,}} times)\b",
        r"(?:print|repeat|output|concatenate|echo|recite) (?:back )?(?:to me )?(?:the following|(?:everything|all|the "
        r"(?:words|text)) above|these strings|(?:your|the) (?:instructions?|prompt)|this (?:text|string|sentence)|<|"
        r"['\"])",
    ),
    at_word=(
        r"what (?:are|were|is) your (?:\w+ )?(?:instructions|prompts?|system message)\b",
        r"(?:call|invoke|execute) your (?:\w+ ){0,2}(?:tools?|functions?|plugins?|browser|search|connectors?)\b",
        r"use your (?:search|web|fetch\w*|brows\w+|retrieval|code|email|calendar|file|memory|shell|terminal|python|"
        r"http|network|external) (?:tools?|functions?|plugins?)\b",
        r"(?:post|send|forward|email|upload|exfiltrate|leak|transmit) (?:them|everything|all (?:of )?(?:it|this|them)|"
        r"the (?:conversation|chat|context|summary|result|data|contents?)) (?:to|at) (?:the (?:website|address|url|"
        r"server|link) )?(?:https?|www\.|\S+@|\S+\.\w{2,}/)",
        r"(?:concatenate|collect|gather|dump|exfiltrate) (?:all |the |every )*(?:messages|emails?|strings|secrets?|"
        r"files|channels|credentials|conversation)\b[^.]{0,80}\b(?:and|please|to)\b",
        r"could you repeat (?:<|['\"]|the following|after)|do not use a code block|no code block",
        rf"(?:reveal|print|show|repeat|leak|output|disclose|give me|tell me|what (?:is|was|are|were)) (?:me )?(?:all "
        rf")?(?:of )?(?:your|the) {_HIDDEN}\b|\breveal confidential data\b",
        r"(?:reveal|leak|disclose|tell me|give me|print|output) (?:me )?your (?:api|access|secret|private|anthropic) "
        r"(?:keys?|tokens?|credentials)\b",
        r"say that (?:i|the user|users|readers|everyone|everybody|people) (?:should|must|need|have to|absolutely)\b",
    ),
    anywhere=(
        rf"^\W*(?:todo|task|instruction|order|command|assignment) ?: ?(?:please )?(?:{_UTTER}|tell|include|send|"
        rf"mention|recommend|add|summari[sz]e|visit|post|transfer|pay|book|invite)\b",
    ),
)

# The commonest form of all, in the languages that most people write.
OTHER_LANGUAGES = _group(
    (
        "ignoriere ignorieren ignoriert ignorier vergiss missachte missachten ignorez ignorer oublie oublier oubliez "
        "néglige negliger négliger négligez ignora ignore ignoren ignorad ignorar olvida olviden olvidar descarta "
        "descarten dimentica dimenticare esquece esqueça игнорируй игнорируйте забудь забудьте",
    ),
    ("忽略", "无视", "忘记", "無視", "忘れ", "무시"),
    at_word=(
        r"(?:ignorier\w*|vergiss|missachte\w*)\s+(?:\w+\s+){0,3}(?:anweisung\w*|instruktion\w*|vorgaben|befehl\w*)",
        r"(?:ignore[zr]?|oublie[zr]?|n[ée]glige[zr]?)\s+(?:\w+\s+){0,3}(?:consignes|directives|instructions "
        r"pr[ée]c[ée]dentes)\b",
        r"(?:ignorez|oubliez|oublie)\s+(?:\w+\s+){0,3}instructions\b",
        r"(?:ignor[ae]\w*|olvida\w*|descarta\w*|dimentica\w*|esquece\w*)\s+(?:\w+\s+){0,4}(?:instruccion\w+|"
        r"istruzioni|indicaciones|[óo]rdenes|instruç\w+)",
        r"(?:игнорируй\w*|забудь\w*)\s+(?:\w+\s+){0,3}(?:инструкци\w+|указани\w+)",
    ),
    anywhere=(
        r"(?:忽略|无视|忘记|無視|忘れ|무시)[^。]{0,20}(?:指令|指示|提示|命令|지시)|(?:指令|指示|命令|지시)[^。]{0,12}(?:忽略|无视|忘记|無視|忘れ|무시)",
    ),
)

ALL = (OVERRIDES, YOUR_ANSWERS, ANSWERS, VERDICTS, TO_MACHINES, CHATS, TOOLS, OTHER_LANGUAGES)

"""Word lists and patterns of English by which the extractive writer tells one kind of sentence from another.

Other languages pass through it unharmed: what needs these cues is then absent from the card.
"""

# ruff: noqa: E501 (lists read best unbroken)

import re

CONNECTIVES = re.compile(
    r"^(?:\W{0,2}tl;?dr\W{0,4}\s+|(?:but|and|so|yet|still|also|then|now)\s+(?=[A-Z\"“])|(?:but|and|so|yet|still|also|then|now|however|meanwhile|moreover|"
    r"furthermore|however (?=before|after)|in addition|additionally|instead|indeed|of course|in fact|for example|for instance|as a result|"
    r"therefore|thus|finally|nevertheless|nonetheless|similarly|likewise|on the other hand|notably|importantly|"
    r"that said|to be clear|specifically|in short|overall|unfortunately|interestingly|in other words|"
    r"first of all|first|second|third|again|anyway|well|crucially|in particular),\s+)",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(
    r"^(?:this|that|these|those|such|it|its|it's|he|she|they|his|her|their|theirs|him|them|both|another|the (?:former|latter|same|above|following)|"
    r"here|one of (?:them|these|those)|all of (?:this|that|these|them)|some of (?:them|these)|neither|either|doing so|to do so|"
    r"which|because|although|though|while|if so|if not|or|nor|as (?:such|mentioned|noted|described)|see|below|above|yes|no|ok|okay|"
    r"based on|looks like|seems|sounds|turns out|got |even (?:though|if)|not |just |only |same |also |who |when (?:they|it|he|she)\b|til |part of this|the (?:latter|result|reason|problem|point|idea|answer|question|issue|goal|difference|first|second|third|other|others) (?:is|was|are|were))\b",
    re.IGNORECASE,
)
OF_THE_THREAD = re.compile(r"^this (?:tweet|post|article|announcement|blog|paper|news|decision|move)\b", re.IGNORECASE)
BACKWARD_NOUN = re.compile(
    r"^(?:the|our|my) (?:company|firm|post|report|startup|team|researchers|authors?|blog|article|paper|study|group|lab|labs|project|"
    r"tool|attack|attacks|model|system|app|bill|law|agency|site|feature|update|change|campaigns?|approach|method|new|whole|operation)\b",
    re.IGNORECASE,
)
SECOND_PERSON = re.compile(r"\b(?:you|your|you're|you'll|yours|yourself)\b", re.IGNORECASE)
FURNITURE = re.compile(
    r"\b(?:subscri(?:be|ption)|newsletter|sign(?:ed)? up|(?:sign|log) ?in to (?:continue|read|comment|view)|"
    r"(?:we|sites?|websites?) uses? cookies|(?:accept|manage|allow)(?: all)? cookies|cookie (?:banner|consent|settings|notice|policy)|"
    r"click (?:here|below|on)|read more|advert\w*|sponsored|"
    r"all rights reserved|copyright ©|follow us|share this|comments? section|image credit|photo(?:graph)? by|via getty|"
    r"terms of use|privacy policy|affiliate|table of contents|last updated|originally published|editor's note|"
    r"(?:noted|mentioned|described|detailed|listed|shown|discussed|explained|outlined) (?:above|below|earlier|later)|see (?:above|below)|"
    r"further information|is available (?:in|from|at)|supporting information|reporting summary|competing interests?|"
    r"the (?:rest|remainder|bulk) of (?:the|this) (?:paper|post|article|section)|"
    r"supplementary|appendix|see [^.]{0,40}\b(?:left|right|middle|below)|(?:fig(?:ure|\.)?|table|section|eq\.?) ?\d|"
    r"patreon|discord|donat\w+|mailing list|slack channel|live chat|"
    r"\bthis (?:report|post|article|page|piece|blog|newsletter|story|essay|section|chapter|tutorial|guide)\b|"
    r"arxivlabs|committed to these values|this page is invented|sample world|github repo|pull requests? welcome|stay tuned|thanks? (?:you )?for)\b",
    re.IGNORECASE,
)
RELATIVE_TIME = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|this (?:week|month|year|morning)|last (?:week|month|year|night)|next (?:week|month)|"
    r"(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|recently|currently|earlier|ago)\b",
    re.IGNORECASE,
)
RELATIVE_DATE = re.compile(r"\b(?:(?:earlier |later )?this|last) (?P<unit>month|year)\b", re.IGNORECASE)
ASIDE = re.compile(r",\s(?:however|though|too|meanwhile|then|moreover|instead|of course)[,.]|\balso\b", re.IGNORECASE)
FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|won't|can|can't|isn't|aren't|doesn't|don't|says?|said|gets?|makes?|made|"
    r"do|does|did|be|been|use|let|keep|kept|know|knew|think|thought|need|go|went|get|got|take|took|make|see|saw|work|run|ran|come|came|give|"
    r"gave|find|found|must|should|would|could|may|might|cannot|began|became|grew|fell|rose|led|left|lost|won|held|told|built|sent|wrote|put|set|"
    r"broke|spoke|stood|struck|shut|sold|paid|bought|brought|caught|taught|fought|felt|meant|met|read|cut|hit|hurt|drew|drove|flew|"
    r"froze|laid|lay|rode|sank|sat|shook|shot|spent|spread|stole|threw|woke|wore|"
    r"[a-z]{3,}(?:es|ed|s)|[a-z]+n't)\b"
)
EVENT = re.compile(
    r"\b(?:announc|launch|releas|accus|ban|began|beg[iu]n|start|end|stop|drop|sue|settl|publish|acquir|buy|bought|rais|cut|"
    r"fir|hir|shut|clos|open|introduc|reveal|disclos|discover|found|confirm|den[iy]|admit|agree|reject|block|delay|switch|"
    r"remov|add|chang|updat|fix|patch|leak|breach|attack|fail|los[et]|w[io]n|said|says|identif|claim|report|propos|vot|pass|sign|hold)\w*",
    re.IGNORECASE,
)
STRONG_TENSION = re.compile(
    r"\b(?:despite|whereas|accus\w+|criti\w+|hypocri\w+|den(?:y|ies|ied)|disput\w+|doubt\w*|contradict\w*|sues?|suing|lawsuit|"
    r"fail\w*|wrong|risk\w*|worse|nobody|trivial\w*|poor|harder|irony|unlikely|warn\w*|backlash|threat\w*|broke|breaks|"
    r"overdesigned|too (?:late|little|much|many|few)|stole|steal\w*)\b",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:what (?:to do|you can do|.* should do)|recommend\w*|advi[sc]e\w*|guidance|mitigat\w*|remediat\w*|next steps?|action\w*|checklist|how to "
    r"(?:fix|protect|prepare|upgrade|migrate)|upgrad\w*|migrat\w*|workarounds?|tips|best practices|for (?:developers|maintainers|users|admins))\b",
    re.IGNORECASE,
)
HARM = re.compile(
    r"\b(?:fraud\w*|fake|steal\w*|exploit\w*|bypass\w*|circumvent\w*|spoof\w*|malware|hack\w*|botnet|jailbreak\w*|evad\w*|impersonat\w*|weapon\w*|illegal\w*)\b",
    re.IGNORECASE,
)
WEAK_TENSION = re.compile(
    r"\b(?:although|though|poor|thin|never|lack\w*|but|yet|however|instead|only|cannot|can't|isn't|aren't|doesn't|don't|not|without|cost|problem|still)\b",
    re.IGNORECASE,
)
AFFECTED = re.compile(
    r"\b(?:users?|customers?|developers?|companies|businesses|firms|maintainers?|teams?|people|everyone|anyone|researchers|scientists|students|"
    r"patients|workers|employees|admins?|clients|readers|writers|artists|creators|publishers|citizens|families|consumers|voters|schools|hospitals|"
    r"sites|websites|operators|organi[sz]ations|industry|public|national security|privacy|democracy|programmers|hobbyists|visitors|humans|apps)\b",
    re.IGNORECASE,
)
EFFECT = re.compile(
    r"\b(?:affect\w*|impact\w*|means?|risks?|threat\w*|depend\w*|cost\w*|sav(?:e|es|ing)|faster|slower|safer|cheaper|lets?|allow\w*|enabl\w*|"
    r"prevent\w*|forc(?:e|es|ed|ing)|requir\w*|need\w*|harm\w*|hurt\w*|lose|loses|losing|lack\w*|protect\w*|expos\w*|undermin\w*|chang(?:e|es|ing)|"
    r"break\w*|stop\w*|limit\w*|improv\w*|reduc\w*|increas\w*|block\w*|receiv\w*|without|dangerous|unlikely|matters?|(?:left|shut|locked) out|exclud\w*|marginali[sz]\w*|burden\w*|pay|pays|paying)\b",
    re.IGNORECASE,
)
IMPERATIVE = re.compile(
    r"^(?:add|apply|audit|avoid|back up|block|build|change|check|choose|configure|consider|contact|disable|enable|ensure|"
    r"follow|install|keep(?! in mind)|limit|look for|make sure|measure|migrate|monitor|move|name|never|patch|pin|plan|prefer|read|record|"
    r"register|remove|replace|report|require|restrict|review|revoke|rotate|run|search for|set|stop|store|switch|test|track|"
    r"treat|turn (?:on|off)|try|update|upgrade|use|verify|wait|watch)\b(?!\s*(?:of|cases?|tests? (?:is|are)))",
    re.IGNORECASE,
)
SHOULD = re.compile(
    r"^(?:[A-Za-z'’-]+\s){0,4}(?:users|developers|operators|maintainers|teams|companies|anyone|everyone|admins|administrators|clients|publishers|"
    r"owners|customers|organi[sz]ations|projects|readers|researchers|sites|you|authors|bodies)\s(?:should|must|need to|ought to|are advised to)\b",
    re.IGNORECASE,
)
SPAN_OF_TIME = re.compile(r"\d\s?(?:seconds?|minutes?|hours?|times)\b", re.IGNORECASE)
UNIT = re.compile(
    r"\d\s?(?:%|percent|ms|milliseconds?|seconds?|minutes?|[kmgt]i?b(?:/s)?|bytes?|[mg]hz|mh/s|tokens?|requests?|hours?|bits?|"
    r"parameters?|x\b|times|fps|rows|records|lines|nodes|gpus?)",
    re.IGNORECASE,
)
MECHANISM = re.compile(
    r"\b(?:protocol|algorithm|cache|cached|hash\w*|encrypt\w*|signature\w*|certificate|kernel|memory|cpu|gpu|latency|throughput|"
    r"bandwidth|server|client|request|response|header|cookie|token\w*|api|endpoint|database|index\w*|query|schema|compil\w+|"
    r"runtime|multi-?thread\w*|process|socket|buffer|pointer|byte\w*|serializ\w+|deserializ\w+|parse\w*|parser|function|method|"
    r"module|library|dependency|package|version|commit|architecture|layer|weights?|training|trained|inference|dataset|"
    r"keypair|jwt|nonce|sha-?256|ed25519|proof[- ]of[- ]work|multithread\w*|jit|webassembly|user-agent|"
    r"benchmark\w*|embedding\w*|prompt\w*|reinforcement|gradient|sensor|battery|voltage|frequency|signal|proxy|proxies|"
    r"fingerprint\w*|classifier\w*|metadata|javascript|browser|linux|python|rust|sql|json|xml|http\w*|tcp|tls|dns|oauth|login|"
    r"scan\w*|checksum|disk|storage|queue|lock|rate limit\w*|algorithm\w*|works by|consists of|measured|median|average)\b",
    re.IGNORECASE,
)
FUTURE = re.compile(
    r"\b(?:will|won't|expects?|expected|predicts?|predicted|forecasts?|likely|probably|is set to|are set to|plans? to|going to|"
    r"could soon|(?:could|may|might) (?:face|see|lead|become|lose|follow|mean|force|end)|in the coming|by 20\d\d|next (?:year|decade)|eventually|soon)\b",
    re.IGNORECASE,
)
DISSENT = re.compile(
    r"\b(?:but|however|disagree\w*|wrong|not|isn't|aren't|doesn't|don't|can't|cannot|won't|never|doubt\w*|problem|actually|"
    r"instead|rather|worse|fail\w*|hypocri\w+|overdesigned|trivial\w*|unless|only|no one|nobody|myth|bad)\b",
    re.IGNORECASE,
)
DISAGREES = re.compile(
    r"\b(?:disagree\w*|wrong|(?:not|un)true|hypocri\w*|iron(?:y|ic)|double standards?|overdesigned|overkill|trivial\w*|pointless|"
    r"useless|no (?:use|point|need|reason)|(?:doesn|don|didn)['’]t (?:work|help|matter|need|care)|bad|worse|harm\w*|unfair|myth|"
    r"nonsense|misleading|fail\w*|wasteful|regressive|problem|risk\w*|won['’]t|never|nobody|infring\w*|unauthori[sz]ed|overrated)\b",
    re.IGNORECASE,
)
ARGUMENT = re.compile(
    r"\b(?:because|so|since|therefore|means|if|would|should|need|cost|better|more|than|why)\b", re.IGNORECASE
)
CHATTER = re.compile(
    r"\b(?:lol|lmao|haha|thanks|thank you|upvote|downvote|edit|op|this comment|username|happy cake|update:|last update|get going|gotta go|signing off|get started|ask me anything|til\b|dude|yup|nope|spoiler)\b",
    re.IGNORECASE,
)
CATEGORY_WORDS: dict[str, str] = {
    "Security": "vulnerability exploit malware breach attack attacker attacks hacker ransomware cve phishing worm scraper scrapers bot bots proof-of-work fraudulent credentials",
    "Incident": "outage crash downtime postmortem incident recall failed failure disrupted disruption",
    "Release": "release released releases launch launches launched version beta available introduces announcing update shipped",
    "Research": "paper papers study researchers journal experiment dataset arxiv findings university theorem benchmark benchmarks",
    "Policy": "law court regulation regulator government president congress senate ban terms licensing license policy copyright lawsuit election minister",
    "Tutorial": "tutorial guide how-to walkthrough step-by-step learn beginner",
    "Industry": "company companies startup acquisition funding market revenue layoffs shares investors ceo accuses competitor models labs",
    "Culture": "film music art game book movie history fans celebrity tattoo photo photos ice cream story",
}
AUDIENCE_WORDS: dict[str, str] = {
    "Developers": "code developer developers programming python rust javascript library api software package packages git compiler database serialization linux server open-source repository build builds maintainers",
    "Researchers & Academics": "research researchers paper papers study academic university journal theorem dataset science scientists",
    "Founders & Product": "startup product founder customers market business company launch pricing users",
    "Investors": "shares stock investors valuation funding revenue market earnings",
    "Policy & Legal": "law court regulation government congress president policy copyright lawsuit license licensing terms export controls legal compliance",
    "Security Teams": "vulnerability exploit malware breach attack attacks attacker phishing ransomware cve credential fraud fraudulent proxy abuse bots scraping",
    "Creators": "artist creator creators writer video photo photos music film streaming",
}
VAGUE_HEADING = re.compile(
    r"^(?:introduction|overview|background|conclusion|summary|update|notes?|faq|the .*|why .*|how .*|what .*|about.*|more.*|related.*|next steps|abstract|discussion|references|.*thoughts|.*deep[- ]dive|takeaways?|key .*|tl;?dr|context|details|results?|.*matters|the .*|final .*|further .*|see also)$",
    re.IGNORECASE,
)
NO_STATEMENT = re.compile(
    r"^(?:how|why|what|when|where|who|which|is|are|does|do|can|should|ask|show|thoughts|help|the case for|guide|introducing)\b",
    re.IGNORECASE,
)

DRAMA = re.compile(
    r"\b(?:bombshell|shocking|insane|game[- ]chang\w+|heist|jaw-dropping|explosive|just dropped|stunning|mind-blowing|unprecedented|revolutionary|massive|brazen|most important|biggest|huge|incredibl\w+|unbelievabl\w+|smoking gun|nightmare)\b",
    re.IGNORECASE,
)
# "Structured prompting: Systematically querying …" and "OpenRouter Rolls Out Benchmarks: Every …" are list entries.
FRAGMENT = re.compile(
    r"\bet al\.,? |^[A-Z][a-z]+, [A-Z]\.|^(?:[^\s:]+\s){0,7}[^\s:]+:\s+(?:[A-Z][a-z]*ly\s)?[A-Z]?[a-z]+ing\b|^(?:[A-Z][\w’'.-]*\s){2,8}[A-Z][\w’'.-]*:\s|^[^:]{1,40}:\s*$"
)
PERSONAL = re.compile(r"\b(?:I|I'm|I’m|I've|I’ve|my|me|myself)\b")
# A pronoun in the first words, before anything it could stand for.
HANGS = re.compile(
    r"^(?:[a-z]+\s){0,4}(?:it|this(?! (?:month|year|week|morning)\b)|they|them|he|she|him|these|those)\b|^\w+\s(?:it|this(?! (?:month|year|week|morning)\b)|they|them|he|she|him|these|those)\b|"
    r"^[A-Z]?[a-z]+\s(?:[a-z]+\s){0,5}(?:about|with|of|for|to|on|by|from|in)\s(?:them|it|this|these)\b"
)
# Words that lean on something said before, wherever they stand.
DANGLES = re.compile(
    r"^(?:(?:after|before|since|until|by|from|on|at|in|with|for|under|during|despite|beyond|through|without|about|of|as)\s+(?:all\s+)?"
    r"(?:this|that|these|those|such|the same)\b|the (?:exact|very|same|said|aforementioned|resulting|corresponding)\s|"
    r"(?:\d+|two|three|four|five|many|most|some|several|few|all|each|none|any) of (?:this|that|these|those|them)\b|"
    r"to (?:avoid|circumvent|address|solve|fix|prevent|do|achieve) (?:this|that)\b)",
    re.IGNORECASE,
)
LEANS = re.compile(
    r"\b(?:this|that|these|those) (?:kind|sort|type) of\b|\b(?:does|did|do|doing) this\b|\bon the (?:issue|matter)\b|\bthe above\b|"
    r"\b(?:and so on|and so forth)\.+[\"”]?$|[”\"’'],?\s+(?:he|she|they)\s+(?:said|says|added|wrote|told|explained|noted|warned|argued)\b"
)
LEANS_WITHIN = re.compile(
    r"\b(?:these|those|this(?! (?:month|year|week|morning)\b)|such)\s+[a-z]{3,}|\bthe (?:lab|company|firm|campaign|operation|accounts)\b"
)
REPLIES = re.compile(
    r"^(?:sure|granted|absolutely|yeah|yep|yup|exactly|agreed?|right|true|correct|nope|nah|hmm+|oh|heh|haha|fair|good (?:point|call)|not surprised|"
    r"i (?:dis)?agree)\b",
    re.IGNORECASE,
)
# "Speed: we save on copies" is an entry of a list; "Anthropic writes: …" is a sentence.
ENTRY = re.compile(r"^(?:[\w’'()/-]+\s){0,3}(?!\w+s:|said:|wrote:|told:)[\w’'()/-]+:\s", re.IGNORECASE)
OPENS_IDLE = re.compile(r"^(?:to|for|by|with|without|in order to)\s[a-z]", re.IGNORECASE)
LATER_VERB = re.compile(r"\b(?:who|which|that|how|when|where|why|if|because|to|for)\s.*$", re.IGNORECASE)
BARE_PLURAL = re.compile(  # "Three labs running campaigns to …": a noun with no verb of its own
    r"^(?:\d[\d,.]*|two|three|four|five|six|several|many|some|hundreds of|thousands of|number of)\s(?:[\w’'-]+\s){0,4}[\w’'-]*s\s[a-z]+ing\b|"
    r"^(?:[A-Z][a-z]+ly\s)?[A-Za-z]+ing\s[A-Z\w]+\s(?:across|through|into)\b",
    re.IGNORECASE,
)
STRICT = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|says?|said|do|does|did|must|should|would|could|may|might|cannot|began|became|grew|fell|rose|led|"
    r"left|lost|won|held|told|built|sent|wrote|put|made|took|came|went|got|saw|ran|knew|thought|found|gave|kept|[a-z]+n['’]t)\b",
    re.IGNORECASE,
)
DEFINES = re.compile(
    r"\b(?:refers? to|is (?:a|an|the)(?: [\w-]+){0,3} (?:type|kind|form|technique|method|package|library|tool|process|practice|conversion|"
    r"alternative|utility|front-end)\b|are essential to|an acronym for|stands for|is defined as)",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"ai|apis?|ip|it|llms?|[cg]pus?|urls?|https?|json|html|css|sql|pdf|ceo|cto|u\.?s\.?a?|uk|eu|china|america|europe|russia|india|"
    r"japan|germany|france|[a-z]{4,}(?:ese|ian|ish|ican)|french|german|dutch|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|(?:\d+ )?(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: \d+)?"
)
BOT = re.compile(r"(?:^|[_-])bot(?:[_-]|$)|[a-z]Bot$|^AutoModerator$", re.ASCII)
CONCEDES = re.compile(
    r"^(?:oh,? (?:yeah|right|ok|i see)|ah,? (?:ok|right|i see)|you['’]re right|good point|fair (?:enough|point)|i stand corrected|"
    r"my (?:bad|mistake)|that (?:would )?makes? (?:more )?sense)",
    re.IGNORECASE,
)
LOGISTICS = re.compile(
    r"\b(?:taking (?:your )?questions|half an hour|be (?:back|here) (?:at|in|for)|running (?:early|late)|(?:this|the) (?:thread|ama|subreddit)|"
    r"moderators?|mods|shout ?-?outs?|verification|any recommendations?)\b",
    re.IGNORECASE,
)
ALLEGES = re.compile(r"\b(?:accus\w+|alleg\w+|claim\w*|charg(?:e|es|ed)|sues?|suing)\b", re.IGNORECASE)
SETTLES = re.compile(r"\b(?:expos\w+|reveal\w*|proof|proves?|caught|stole|steal\w*|heist)\b", re.IGNORECASE)
REPORTS = re.compile(
    r"\b(?:says?|said|according to|alleg\w+|accus\w+|claim\w*|reported\w*|wrote|writes)\b", re.IGNORECASE
)
PLEDGES = re.compile(
    r"\b(?:says?|said)\s+(?:that\s+)?(?:it|they|he|she|we)\s+(?:will|would|plans?|intends?|is going)\b", re.IGNORECASE
)
LABELS = (  # what a technical sentence is about, by its first telling stem
    (re.compile(r"\b\d[\d.,]*\s?(?:ms|milliseconds?|microseconds?|µs)\b|latency", re.IGNORECASE), "Latency"),
    (re.compile(r"\b[gm]b/s|throughput|requests? (?:per|a) second", re.IGNORECASE), "Throughput"),
    (re.compile(r"\bdetect|fingerprint|classifier", re.IGNORECASE), "Detection"),
    (re.compile(r"\battribut(?:ed|ion)", re.IGNORECASE), "Attribution"),
    (
        re.compile(
            r"\b(?:oauth|tokens? (?:is|are|refresh)|cookie|jwt|keypair|credential|login|password)", re.IGNORECASE
        ),
        "Authentication",
    ),
    (re.compile(r"\b(?:prox(?:y|ies)|rate limit|access control)", re.IGNORECASE), "Access"),
    (re.compile(r"serializ|parser?\b|\bparses?\b", re.IGNORECASE), "Format"),
    (re.compile(r"\b(?:memory|ram|buffers?)\b", re.IGNORECASE), "Memory"),
    (
        re.compile(r"\b(?:sha-?256|hash|signature|certificate|nonce|proof[- ]of[- ]work)", re.IGNORECASE),
        "Verification",
    ),
    (re.compile(r"\b(?:train(?:ed|ing)?|reinforcement|gradient|fine-tun|dataset)", re.IGNORECASE), "Training"),
    (re.compile(r"\b(?:browser|javascript|jit|webassembly)", re.IGNORECASE), "Client"),
    (re.compile(r"\b(?:database|index(?:es|ed)?|disk|storage|bucket)\b", re.IGNORECASE), "Storage"),
    (re.compile(r"\b(?:http|header|tcp|tls|dns|socket|request)", re.IGNORECASE), "Network"),
    (re.compile(r"\b(?:kernel|runtime|process(?:es)?|multi-?thread\w*|cpu|gpu)\b", re.IGNORECASE), "Platform"),
)
GUESS = re.compile(r"\b(?:likely|probably|suggests?|perhaps|presumably|appears? to)\b", re.IGNORECASE)
ORDERS = re.compile(IMPERATIVE.pattern + r"|\bplease\b|\bmust not\b", re.IGNORECASE)
# "Sure, there are work-arounds." before "But …" grants what its speaker then denies.
GRANTS = re.compile(
    r"\b(?:sure|granted|admittedly|of course|to be fair|i (?:get|understand|agree)|true)\b", re.IGNORECASE
)
TURNS = re.compile(r"^(?:but|however|still|yet|that said|on the other hand)\b", re.IGNORECASE)
REFERS = re.compile(
    r"^.{0,30}\byes[,.]|^no[,.]|^(?:\w+\s){0,4}(?:implemented|tried|built|used|did|do|meant|mean|supports?|made|wrote) (?:that|this|it)\b",
    re.IGNORECASE,
)
POLICY = re.compile(
    r"\b(?:export controls?|policymakers?|rationale|laws?|regulat\w+|national security|geopolit\w+)\b", re.IGNORECASE
)

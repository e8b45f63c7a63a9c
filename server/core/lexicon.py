"""What a light stem cannot know: irregular forms, months, and words that contradict each other."""

_IRREGULAR = """
begin began begun|break broke broken|bring brought|build built|buy bought|catch caught|choose chose chosen|come came|
deal dealt|draw drew drawn|drive drove driven|eat ate eaten|fall fell fallen|feel felt|fight fought|find found|
fly flew flown|forbid forbade forbidden|forget forgot forgotten|freeze froze frozen|give gave given|go went gone|
grow grew grown|hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|leave left|lend lent|
lose lost loss|make made|mean meant|meet met|pay paid|rise rose risen|run ran|see saw seen|seek sought|sell sold sale|
send sent|shoot shot|show shown|sing sang sung|sink sank sunk|speak spoke spoken|speech|spend spent|stand stood|
steal stole stolen|strike struck|swim swam swum|take took taken|teach taught|tell told|think thought|
throw threw thrown|understand understood|wear wore worn|win won winner|write wrote written|die death dead died|
marry marriage married|man men|woman women|child children|person people|foot feet|bear born|know known|become became|
withdraw withdrew withdrawn|overtake overtook overtaken|undergo underwent undergone|arise arose arisen|
analysis analyses|criterion criteria|phenomenon phenomena|medium media
"""
IRREGULAR = {form: line.split()[0] for line in _IRREGULAR.replace("\n", "").split("|") for form in line.split()}

MONTHS = "january february march april may june july august september october november december".split()
SHORT_MONTHS = {**{month[:3]: month for month in MONTHS if month != "may"}, "sept": "september"}

# Pairs of which a claim may not have the one where its source has the other. Stems, as `reading` makes them, are taken
# of both sides; further words of a side stand behind a slash.
_OPPOSITES = """
increase/rise/grow/climb/jump/surge/gain/expand/growth/raise/higher/soar decrease/fall/decline/drop/shrink/plunge
increase/rise/grow/climb/jump/surge/gain/expand/growth/raise/higher/soar reduce/lower/cut/slump/reduction
up down
accept/agree/approve/pass reject/refuse/decline/veto/deny
allow/permit/legalize/enable ban/prohibit/forbid/block/outlaw/disable
win/victory/beat/defeat lose/defeated
buy/acquire/purchase sell/divest
open/launch/start/begin close/shut/end/stop/finish/cease
support/endorse/back/praise oppose/criticize/condemn/attack
confirm/admit/acknowledge deny/dispute/refute
hire/recruit fire/dismiss
join/enter leave/quit/exit
arrive depart
before after
above/over below/under
more/most fewer/less/least
first last
largest/biggest/greatest smallest/tiniest
highest lowest
longest shortest
oldest/eldest youngest/newest
best worst
fastest slowest
early/earlier/earliest late/later/latest
majority minority
guilty innocent
convict/guilty acquit/clear
legal/lawful illegal/unlawful
public private
success/succeed fail/failure
import export
include exclude
male/men/man/boy female/women/woman/girl
husband wife
son daughter
father mother
brother sister
north/northern south/southern
east/eastern west/western
left right
safe/safely dangerous/unsafe
cause prevent
strengthen weaken
improve/better worsen/worse
profit loss
temporary permanent
voluntary mandatory/compulsory
possible impossible
true false
alive dead/killed
minimum maximum
upgrade downgrade
free paid
local global/international
partial/partly/partially full/fully/complete/entirely
"""
OPPOSITES = tuple(
    (tuple(one.split("/")), tuple(other.split("/")))
    for one, other in (line.split() for line in _OPPOSITES.strip().splitlines())
)

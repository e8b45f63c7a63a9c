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

# Names of one thing: what a country, its people and its government are called. The first is the term of all.
_ALIASES = """
usa america american|uk britain british|eu europe european|france french|germany german|spain spanish|italy italian|
russia russian|china chinese|japan japanese|india indian|canada canadian|australia australian|mexico mexican|
brazil brazilian|ireland irish|scotland scottish|wales welsh|netherlands dutch holland|sweden swedish|norway norwegian|
denmark danish|finland finnish|poland polish|portugal portuguese|greece greek|turkey turkish|iran iranian|iraq iraqi|
israel israeli|egypt egyptian|ukraine ukrainian|korea korean|vietnam vietnamese|pakistan pakistani|africa african|
asia asian|switzerland swiss|austria austrian|belgium belgian|argentina argentine argentinian|hungary hungarian|
czechia czech|romania romanian|taiwan taiwanese|indonesia indonesian|philippines philippine filipino
"""
ALIASES = {name: line.split()[0] for line in _ALIASES.replace("\n", "").split("|") for name in line.split()}

# Words of which a claim may not have one side where its source has the other and not that one.
_OPPOSITES = """
increase/increases/increased/rise/grow/growth/climb/climbed/jump/jumped/surge/surged/soared/expand/raise/raised/higher
 - decrease/decreased/decline/declined/drop/dropped/shrink/shrank/plunge/plunged/reduce/reduced/fall/slump/lower/cut
accept/accepted/approve/approved/approval/agree/agreed - reject/rejected/rejection/refuse/refused/veto/vetoed
allow/allows/allowed/permit/permitted/legalized - ban/bans/banned/prohibit/prohibited/forbid/outlawed
win/victory - lose
buy/acquire/acquired/acquisition/purchase/purchased - sell/divest/divested
open/opened/opening/launch/launched/begin/start/started - close/closed/closure/shut/stop/stopped/cease/ceased
support/supports/supported/endorse/endorsed/praised - oppose/opposes/opposed/criticized/condemned/denounced
confirm/confirmed/admit/admitted/acknowledged - deny/denies/denied/disputed/refuted
hire/hired/recruited - fire/fired/dismissed
join/joined/entered - leave/quit/exited
arrive/arrived - depart/departed
before - after
above - below
more - fewer/less
most - least
largest/biggest/greatest - smallest/tiniest
highest - lowest
longest - shortest
oldest/eldest - youngest/newest
best - worst
fastest - slowest
earliest - latest
majority - minority
guilty/convicted - innocent/acquitted/cleared
legal/lawful - illegal/unlawful
public - private
succeed/succeeded/success/successful - fail/failed/failure/unsuccessful
import/imports/imported - export/exports/exported
include/includes/included - exclude/excludes/excluded
male/man - female/woman
husband - wife
son - daughter
father - mother
brother - sister
north/northern - south/southern
east/eastern - west/western
safe/safely - dangerous/unsafe
cause/causes/caused - prevent/prevents/prevented
strengthen/strengthened - weaken/weakened
improve/improved/improvement/better - worsen/worsened/worse
profit/profits/profitable - loss/losses
temporary/temporarily - permanent/permanently
voluntary - mandatory/compulsory
possible - impossible
true - false
alive - dead/died/killed
minimum - maximum
upgraded - downgraded
partial/partially/partly - full/fully/complete/completely/entirely
same - different
"""
OPPOSITES = tuple(
    (frozenset(one.split("/")), frozenset(other.split("/")))
    for one, other in (pair.split(" - ") for pair in _OPPOSITES.replace("\n -", " -").strip().splitlines())
)

"""The wording of questions -> what kind of answer they want: a share, a sum, a date, a result or a target. Pure.

Every pattern runs over folded text, so that one spelling serves Vietnamese with and without diacritics. Knows nothing of terms,
places, periods or reports.
"""

from __future__ import annotations

import re
from typing import Literal

from index import Language
from index.language import fold, has_marks

QuestionKind = Literal["percentage", "count", "number", "money", "rank", "date", "person", "place", "yes_no", "text"]

_MEASURES_VI = r"(?:ha|hec ?ta|tan|ta|yen|kg|km2?|m2|m3|met|kwh|kw|mw|lit)"
# A sentence answers, not a figure in it: for what reason, to what end.
WHY = {
    "vi": re.compile(
        r"\b(?:vi sao|tai sao|vi le gi|vi dau ma|de lam gi|(?:vi |do |boi )?(?:ly|li) do (?:gi|nao|vi)"
        r"|nguyen nhan (?:gi|nao|vi|la gi))\b"
        r"|^\W*(?:nguyen nhan|ly do|li do)\b(?!.*\b(?:bao nhieu|may)\b)"
    ),
    "en": re.compile(
        r"^\W*(?:and |so |but )?why\b|\bwhy (?:did|was|were|is|are|does|do|has|have|had)\b|\bfor what (?:reason|purpose)\b"
        r"|^\W*what (?:caused|led to)\b|^\W*(?:the )?reasons? (?:for|why)\b"
    ),
}
# One of several things is asked for by its name: "doanh nghiệp nào", "which company". Not "mức nào", "what rate".
WHICH = {
    "vi": re.compile(
        r"^(?!.*\b(?:bao nhieu|may)\b).*\b"
        r"(?!(?:muc|co|khoang|khung|moc|so|le|gia|the|khi|luc|chung|bao|hoi|ngay|thang|nam|gian|nhu|phan|cach|tien)\b)"
        r"[a-z]+ nao\b(?! la\b.*\b(?:bao nhieu|may)\b)"
    ),
    "en": re.compile(
        r"\b(?:which|what) (?:kind of |type of |other )?(?:compan|enterprise|firm|bank|group|organi[sz]ation|bod(?:y|ies)|agenc|"
        r"product|crop|food|sector|industr|item|market|countr|cooperative|union|brand|model|material|disease|project|service)"
    ),
}
# First match wins.
_KINDS: dict[str, list[tuple[QuestionKind, re.Pattern[str]]]] = {
    "vi": [
        ("text", WHY["vi"]),
        (
            "place",
            re.compile(
                r"^\W*(?:nhung |cac )?(?:xa|huyen|tinh|thon|phuong|thi tran|dia phuong|ap|ban|xom) nao\b(?!.*\b(?:bao nhieu|may)\b)"
            ),
        ),
        (
            "date",
            re.compile(
                r"\b(khi nao|bao gio|luc nao|hom nao|bua nao|(ngay|thang|nam) nao|ngay may|han chot|han cuoi)\b"
                r"(?!.*\b(bao nhieu|may (?!gio)))"
                r"|^\W*(?:thoi diem|ngay) (?!\d|nay\b|xua\b|cang\b|cong\b)[a-z](?!.*\b(?:bao nhieu|may|gi|nao|ai|o dau)\b)"
            ),
        ),
        (
            "rank",
            re.compile(
                r"\b(?:thu|hang|vi tri) may\b|\b(?:thu|hang) bao nhieu (?:toan|ca|trong|tren|cua|o)\b"
                r"|\bxep hang\b.*\b(bao nhieu|may|nao)\b"
            ),
        ),
        ("percentage", re.compile(r"\b(ty le|ti le|ty trong|phan tram|bao nhieu %|may %)|%")),
        (
            "count",
            re.compile(
                r"\b(bao nhieu|may) ((trieu|nghin|ngan|ty|van) )?(nguoi|ho|thon|ban|ap|xa|phuong|truong|lop|hoc sinh|"
                r"giao vien|lao dong|doanh nghiep|em|chau|tre|vu|con|chi tieu|tieu chi|dong chi|dai bieu|cuoc|"
                r"truong hop|can|cong trinh|du an|mo hinh|san pham|ca|luot|don|giuong|bac si|tram|chi bo|dang vien|"
                r"hop tac xa|tap the|ca nhan|cong dan|co so|ngoi nha|nha|ho so|tau|ten|loai|khu|diem|cay|giay khen)\b|"
                r"\bso (ho|nguoi|luong|hoc sinh|vu|truong|doanh nghiep|ca)\b"
            ),
        ),
        (
            "money",
            re.compile(
                r"\b(dong gop|chi|dau tu|ung ho|tai tro|chi het|thu duoc) bao nhieu\b(?! (nguoi|ho|ngay|phan|ha|km))|"
                rf"\bbao nhieu (tien|ty|trieu|nghin|ngan|dong|usd)\b(?! {_MEASURES_VI}\b)|\b(so tien|kinh phi|tong von|"
                r"thu nhap)\b.*\bbao nhieu\b"
            ),
        ),
        (
            "date",
            re.compile(
                r"\b(khi nao|bao gio|luc nao|hoi nao|hom nao|(ngay|thang|nam|thoi gian|thoi diem) nao|ngay may|"
                r"vao ngay|ngay bao nhieu)\b|\bnam bao nhieu\b"
            ),
        ),
        ("number", re.compile(r"(?<!ngay )(?<!nam )\bbao nhieu\b")),  # "trượt bao nhiêu mặt hàng vì không ai dự"
        (
            "person",
            re.compile(
                r"\b(do ai|la ai|ai la|ai lam|ai da|cua ai|ten ai|ten (la )?gi|nguoi nao|ong nao|ba nao|dong chi nao|"
                r"dai bieu nao|can bo nao|lanh dao nao|vi nao|ho ten|ho va ten|ten cua|ten (chu tich|bi thu|pho|"
                r"truong))\b|^ai\b|\bai\b(?=[ ?]*$)|\bai (phat|chu|du|ky|to|la|dung|phu|giu|trinh|lanh|tham)\b"
            ),
        ),
        (
            "place",
            re.compile(
                r"\b(o dau|tai dau|noi nao|cho nao|dia diem nao|(xa|huyen|tinh|thon|phuong|thi tran|dia phuong|don vi|"
                r"ap|ban|quan|vung|khu vuc) nao)\b"
            ),
        ),
        (
            "yes_no",
            re.compile(r"\b(co|da|con)\b.{2,}\b(khong|chua)\b[ ?.!]*$|\b(phai khong|dung khong|hay khong|hay chua|co phai)\b"),
        ),
        ("text", WHICH["vi"]),
        (
            "number",
            re.compile(
                r"\b(bao nhieu|may)\b|\b(so|tong so|muc|san luong|dien tich|doanh thu|nang suat|tong thu|"
                r"thu ngan sach)\b"
            ),
        ),
        ("text", re.compile(r"\b(la gi|gi|nhu the nao|the nao|ra sao|nhung nao|vi sao|tai sao|noi dung|chu de)\b")),
    ],
    "en": [
        ("text", WHY["en"]),
        ("place", re.compile(r"^\W*(?:in )?(?:which|what) (?:commune|district|province|village|ward|town|city|hamlet)s?\b")),
        (
            "date",
            re.compile(
                r"^\W*(?:and |so )?(?:(?:from|since|until|till|by|on|in) )?(?:what|which) (?:date|year|month|day)\b"
                r"|^\W*(?:and |so |since |until |by )?when\b|^\W*dates? (?:of|the|on|when)\b|^\W*(?:the )?deadline\b"
                r"|^\W*on (?:what|which) dates?\b|\b(?:publication|release|signing|opening|start|launch|closing) (?:day|date)\W*$"
            ),
        ),
        ("person", re.compile(r"^\W*(?:and |so |by |to )?(?:who|whose|whom)\b")),
        ("rank", re.compile(r"\brank(s|ed|ing)?\b")),
        (
            "percentage",
            re.compile(
                r"\bhow fast\b|\b(what|which) (share|percent|percentage|proportion|fraction|part)\b|\b(percentage|"
                r"percent|proportion|share|rate|coverage)\b|%"
            ),
        ),
        (
            "money",
            re.compile(
                r"\bhow much\b.*\b(contribut|spen[dt]|invest|cost|paid|pay|donat|disburs|earn|raise|fund|collect)|"
                r"\bhow much (money|budget|funding|revenue|income|was (spent|invested|collected|disbursed))\b|\b(cost|"
                r"costs|price)\b"
            ),
        ),
        ("count", re.compile(r"\bhow many\b|\bnumber of\b|\bcount of\b")),
        ("number", re.compile(r"\bhow (much|large|big|long|high|far|old|wide)\b|\b(total|amount|area|yield|output|average)\b")),
        ("date", re.compile(r"\bwhen\b|\b(what|which) (date|year|month|day|time)\b|\bon what\b")),
        (
            "person",
            re.compile(
                r"(?:, |\b(?:by|to|from|with|and|is|was|are|were|says?|said|tells?|told) )whom?\b|\bwhose\b|\bwhom\b|\bwho\W*$"
                r"|\bname of the (chair|head|secretary|leader|president|director|person|"
                r"official|author)\w*"
            ),
        ),
        (
            "place",
            re.compile(
                r"\bwhere\b|\b(which|what) (commune|district|province|village|ward|town|city|place|location|hamlet|"
                r"school|locality|region|part of the country)s?\b"
            ),
        ),
        ("yes_no", re.compile(r"^\W*(and |so |but )?(is|are|was|were|does|do|did|has|have|had|can|will|would|could|should)\b")),
        ("text", re.compile(r"\b(what|which|how|why|describe|list)\b")),
    ],
}
PREVIOUS = re.compile(  # what was the year before, not what is set against it
    r"(?<!so voi )(?<!so )(?<!hon )(?<!bang )(?<!tu )\b(?:cung ky(?: nam (?:truoc|ngoai))?|nam (?:truoc|ngoai|lien truoc))\b"
    r"|(?<!with )(?<!than )(?<!from )(?<!on )(?<!over )(?<!to )(?<!against )"
    r"\b(?:the )?(?:previous year|year before|year earlier|same period (?:of )?(?:the )?(?:last|previous) year)\b"
)
WHOLE_YEAR = re.compile(  # not "đạt bao nhiêu % kế hoạch cả năm"
    r"(?<!ke hoach )(?<!chi tieu )(?<!du toan )(?<!muc tieu )(?<!nhiem vu )(?<!kh )\b(?:ca|tron|nguyen) nam\b(?! hoc)"
    r"|\b(?:full[- ]year|(?:whole|entire) year|(?:whole|all) of (?=20\d\d))(?! (?:plan|target|goal|estimate|quota))"
)
EARLIER = re.compile(  # what was at first, not what was the year before
    r"\b(?:truoc (?:khi|do|day)|ban dau|luc dau|dau tien|xuat phat|tu bao nhieu|before|initial(?:ly)?|original(?:ly)?|at first"
    r"|at the (?:start|beginning)|from (?:what|how)|used to)\b"
)
Balance = Literal["surplus", "deficit", ""]
_SURPLUS = re.compile(r"\b(?:xuat sieu|thang du|boi thu|surplus(?:es)?)\b")
_DEFICIT = re.compile(r"\b(?:nhap sieu|tham hut|boi chi|deficits?)\b")
TARGET = re.compile(
    r"\b(phan dau|duoc giao|han muc|chi tieu|muc tieu|ke hoach|nhiem vu|dat ra|de ra|targets?|targeted"
    r"|goals?|plans?|planned|aims?"
    r"|aimed|objective|should|wants? to|intends?|hopes?|by the end of next year|next year|will"
    r"|ceiling|required|supposed to|budgeted|told to (?:reach|hit|achieve|meet)|set out to)\b"
    r"|(?<!phan tram )(?<!% )(?<!vuot )(?<!so voi )(?<!so )(?<!bang )(?<!dat )(?<!hut )(?<!thuc hien )\bdu toan\b"
)
RESULT = re.compile(
    r"\b(da (?!den|nang)|thuc hien duoc|dat duoc|lam duoc|thuc te|did|was|were|had|achieved|reached|"
    r"actual|actually)\b"
)
ESTIMATE = re.compile(r"\b(du kien|uoc|uoc dat|du bao|expected|estimated?|forecast|projected)\b")
CHANGE = re.compile(
    r"\b(?:nhieu|it|cao|thap|lon|nho) hon\b.*\b(?:bao nhieu|may)\b|\b(?:bot|hut|vuot|thua|du ra)\b[^,;]*\b(?:bao nhieu|may)\b"
    r"|\bthieu\b[^,;]*\b(?:bao nhieu|may)\b.*\bso (?:voi )?(?:chi tieu|ke hoach|cung ky|nam)"
    r"|\bhow (?:many|much) (?:more|fewer|less|extra)\b"
    r"|\b(?:shrink|shrank|shrunk|gained?|exceeded?|expand(?:ed)?|contract(?:ed|ion)?|slipped|went (?:up|down))\b"
    r"|\b(tang|giam) (bao nhieu|may|them|so voi)|\b(tang|giam)\b.*\b(bao nhieu|the nao)|\bso voi\b.*\b(tang|giam)"
    r"|^(tang|giam)\b|\bby how (many|much)\b|\b(reduc(e|ed|tion)|cut|increase|decrease|rise|fall|drop|decline|"
    r"change|grow|growth|grew|rose|fell)\b"
)
DURATION = re.compile(
    r"\b(bao lau|may (nam|ngay|thang|tuan|tieng|phut)|bao nhieu (nam|ngay|thang|tuan|tieng|gio|phut)|thoi (gian|han)|tuoi|tuoi tho|"
    r"life expectancy|how (long|old)|how many (years|days|months|weeks|hours|minutes)|age|duration"
    r"|(repayment|limitation|waiting|retention|warranty|validity|notice|probation) period|(prison|jail|loan|contract) term"
    r"|(longest|shortest|maximum|minimum|average) (\w+ ){0,3}(term|period|time|stretch|wait|duration))\b"
)
BaseRelation = Literal["against", "before", "since"]
_OF_BASE = (
    r"(?:\s+(?:o|vao|in|at|the|end|beginning|start|middle|of|level|late|early|cuoi|dau|giua|nam|thang|quy|cung ky|ky|muc|ngay"
    r"|thoi diem))*\s*$"
)
BASES: dict[BaseRelation, re.Pattern[str]] = {  # before a period that what is asked for is set against, or lies before or after
    "against": re.compile(
        rf"\b(?:so voi|so sanh voi|hon(?: han)?|than|compared (?:with|to)|against|relative to|versus|vs\.?){_OF_BASE}|\bover\s*$"
    ),
    "before": re.compile(rf"\b(?:truoc|before|prior to){_OF_BASE}"),
    "since": re.compile(rf"\b(?:since|ke tu|tu sau){_OF_BASE}"),
}
NATION = re.compile(r"\b(viet ?nam|ca nuoc|toan quoc|nuoc ta|the (whole )?country|nationwide|national(ly)?|vietnamese)\b")
SUPERLATIVE = re.compile(
    r"\b(nhat(?! ban)|most|least|highest|lowest|largest|smallest|fewest|biggest|best|worst|fastest|"
    r"slowest|top)\b"
)
AVERAGE = re.compile(r"\b(?:binh quan|trung binh|average)\b")
REGION = re.compile(r"\b(project|rural|urban|mountainous|coastal|border|target|this|local) areas?$")
HOW_MANY = re.compile(
    r"\b(bao nhieu|may|how many|number of|so luong|tong so|so)\s+(?:of (?:the |its |all )?(?:(?:year|"
    r"project|commune)'?s? |annual )?)?"
)
_COUNTED_NOUN = re.compile(
    r"\b(?:bao nhieu|may|how many)\s+"
    r"(?:(?:trieu|nghin|ngan|ty|van|chuc|million|thousand|billion|of the|of|new|different)\s+)*([a-z]+)"
)
_RANK_ASKED = re.compile(
    r"\b(?:thu|hang|vi tri) may\b|^\W*(?:where|what) .*\brank(?:s|ed|ing)?\b(?! (?:firms|companies|monuments))"
)
_NO_COUNT = re.compile(r"\bm[áàâaãạ]y\b", re.IGNORECASE)  # "máy", "may": folded like "mấy"
_NO_NOUN = frozenset(
    ("tien", "phan", "dong", "usd", "ty", "la", "o", "trong", "so", "cua", "do", "dollars", "vnd", "of", "lan", "thi", "va")
)
HOW = re.compile(r"^\W*(why|how|describe)\b|\b(vi sao|tai sao|nhu the nao|the nao|ra sao|noi dung)\b")
PUBLISHED = re.compile(
    r"\b(dang|cong bo|ban hanh|phat hanh|ky|viet|xuat ban|published|issued|posted|dated|released|signed|"
    r"written)\b"
)
FIRST_PERSON = re.compile(r"\b(toi|minh|chung toi|em|kinh gui|kinh thua|thua|xin chao|chao|i|i'm|we|my|our|dear|hello|hi)\b")
ASKS = re.compile(
    r"\b(bao nhieu|may|nao|gi|ai|o dau|khi nao|khong|chua|how|what|which|who|when|where|is|are|does|did|"
    r"share|number|ty le|so)\b|%"
)
_UNITS = {  # first match wins
    "measure": re.compile(
        rf"\b(bao nhieu|may) ((trieu|nghin|ngan|ty) )?{_MEASURES_VI}\b|"
        r"\bhow many ((million|billion|thousand) )?(ha|hectares?|tonnes?|tons?|quintals?|kilomet(re|er)s?|kg|km|met(re|er)s?|"
        r"square \w+|cubic \w+)\b"
    ),
    "money": re.compile(
        r"\b(bao nhieu tien|how much money)\b|\b(bao nhieu|may) (nghin ty|ty|trieu|nghin|ngan|dong|"
        r"usd)\b(?! (nguoi|dan|luot|khach|hanh))|\bhow many (million|billion|trillion|dong|dollars|vnd|usd)\b"
        r"(?! (people|residents|passengers|visitors|tourists))|\bin (vnd|usd|million|billion|dollars)\b"
    ),
}
_UNIT_FAMILIES = (
    ("ha", "hecta", "hec ta", "hectare", "hectares"),
    ("km2", "square kilometre", "square kilometres", "square kilometer", "square kilometers", "square km"),
    ("m2", "square metre", "square metres", "met vuong"),
    ("tan", "tonne", "tonnes", "ton", "tons"),
    ("km", "kilometre", "kilometres", "kilometer", "kilometers"),
    ("usd", "dollars", "do la", "us dollars"),
    ("dong", "vnd", "ty dong", "trieu dong"),
)


def wording(text: str) -> str:
    """A question folded, for the patterns here; of the same length. "máy" is no "mấy" where the question has marks."""
    folded = fold(text)
    if not has_marks(text):
        return folded
    signs = list(folded)
    for hit in _NO_COUNT.finditer(text):
        signs[hit.start() : hit.end()] = "maj"
    return "".join(signs)


def balance(folded: str) -> Balance:
    """Which way a balance leans in folded words; "" where they tell neither or both."""
    surplus, deficit = _SURPLUS.search(folded), _DEFICIT.search(folded)
    return "" if bool(surplus) == bool(deficit) else "surplus" if surplus else "deficit"


def question_kind(folded: str, language: Language) -> QuestionKind:
    """The kind of answer wanted. Where no pattern tells, a Vietnamese or a short question is taken to want a figure."""
    for kind, pattern in _KINDS[language]:
        if pattern.search(folded):
            return kind
    return "number" if language == "vi" or len(folded.split()) <= 8 else "text"


def unit_kind(folded: str) -> str:
    """The kind of value that the unit asked for demands: "money" or "measure", "" where it names none."""
    return next((kind for kind, pattern in _UNITS.items() if pattern.search(folded)), "")


def unit_family(folded: str) -> tuple[str, ...]:
    """The spellings of the unit that a question demands ("bao nhiêu hecta"), () where it demands none."""
    for family in _UNIT_FAMILIES:
        for unit in family:
            lead = "bao nhieu|may|how many|in" if len(unit) > 5 else "bao nhieu|may|how many"  # "in Tan …" is no tonne
            if re.search(rf"\b({lead})( (trieu|nghin|ngan|ty|million|billion|thousand))? {re.escape(unit)}\b", folded):
                return family
    return ()


def asks_why(folded: str, language: Language) -> bool:
    """For a reason or an end."""
    return WHY[language].search(folded) is not None


def asks_rank(folded: str) -> bool:
    """For a place in an order, in so many words: "đứng hạng mấy", "rank"."""
    return _RANK_ASKED.search(folded) is not None


def asks_which(folded: str, language: Language) -> bool:
    """For one of several things, by its name."""
    return WHICH[language].search(folded) is not None


def counted_noun(folded: str) -> str:
    """The word that what is asked for is counted by: "bộ" of "bao nhiêu bộ C/O"; "" where there is none."""
    hit = _COUNTED_NOUN.search(folded)
    return hit[1] if hit and hit[1] not in _NO_NOUN else ""

"""Units and counted nouns of reports in both languages: what may follow a number, and how the other language says it."""

from __future__ import annotations

import re
from typing import Literal

from index.language.normalise import fold, lower

UnitKind = Literal["money", "measure", "count"]

# Vietnamese; other spellings after "/" | English plural; singular or other spellings after "/"
_COUNT = """
hộ|households/household
người|people/person/persons/individuals/inhabitants
trường hợp|cases/case
thành viên|members/member
đơn vị|units/unit
hộ gia đình|families/family
hộ dân|households/household
nhân khẩu|people/persons
khẩu|people/persons
người dân|residents/resident
lao động|workers/worker/laborers/labourers/employees
học sinh|pupils/pupil/students/student
sinh viên|university students
học viên|trainees/trainee/learners
giáo viên|teachers/teacher
bác sĩ/bác sỹ|doctors/doctor/physicians
y sĩ/y sỹ|assistant doctors
điều dưỡng|nurses/nurse
bệnh nhân|patients/patient
cán bộ|officials/official/officers
công chức|civil servants/civil servant
viên chức|public employees
đảng viên|Party members
hội viên|members/member
đoàn viên|union members
đại biểu|delegates/delegate
phụ nữ|women/woman
trẻ em|children/child
trẻ|children/child
em|children/child
cháu|children/child
hành khách/HK/lượt hành khách/lượt HK|passengers/passenger
du khách|tourists/tourist/visitors/visitor
lượt khách|visitor arrivals/arrivals
lượt người|person-visits
lượt hộ|household visits
lượt|times/visits
khách|visitors/guests
thôn|villages/village
bản|bản
ấp|hamlets/hamlet
khu phố|neighbourhoods/neighborhoods
khu dân cư|residential areas/residential area
tổ dân phố|residential groups/residential group
xã|communes/commune
phường|wards/ward
thị trấn|townships/township
huyện|districts/district
tỉnh|provinces/province
thành phố|cities/city
trường học|schools/school
trường|schools/school
lớp|classes/class
phòng học|classrooms/classroom
phòng|rooms/room
trạm y tế|health stations/health station
cơ sở y tế|health facilities/health facility
bệnh viện|hospitals/hospital
giường bệnh|hospital beds/beds/bed
cơ sở|establishments/establishment/facilities/facility
doanh nghiệp/DN|enterprises/enterprise/businesses/companies/firms
công ty|companies/company
hợp tác xã/HTX|cooperatives/cooperative/co-operatives
tổ hợp tác|cooperative groups
trang trại|farms/farm
công trình|works/structures
dự án|projects/project
chương trình|programmes/programs/programme/program
mô hình|models/model
sản phẩm|products/product
tiêu chí|criteria/criterion
chỉ tiêu|targets/target/indicators/indicator
nhiệm vụ|tasks/task
giải pháp|solutions/solution/measures
hồ sơ|files/file/applications/dossiers
thủ tục|procedures/procedure
văn bản|documents/document
nghị quyết|resolutions/resolution
kế hoạch|plans/plan
vụ việc|cases/case
vụ tai nạn|accidents/accident
vụ|vụ
ca|cases/case
đơn thư|petitions/letters
đơn|petitions/petition
cuộc họp|meetings/meeting
cuộc|sessions/session
hội nghị|conferences/conference
buổi|sessions/session
đợt|rounds/round
ý kiến|opinions/opinion/comments
giấy chứng nhận|certificates/certificate
giấy phép|licences/licenses/permits
căn nhà|houses/house
căn hộ|apartments/apartment/flats
căn|houses/house
ngôi nhà|houses/house
nhà|houses/house
gia đình|families/family
chi bộ|Party cells/Party cell
đảng bộ|Party committees
tập thể|groups/collectives
cá nhân|individuals/individual
câu lạc bộ|clubs/club
liều|doses/dose
mũi|doses/injections
thuê bao|subscribers/subscriptions
phương tiện|vehicles/vehicle
xe|vehicles/vehicle
tàu|ships/vessels/ship
chiếc|units/pieces
cái|units/pieces
bộ|sets/set
con bò|cattle
con lợn|pigs/pig
con|head/animals
đàn|herds/herd
cây|trees/tree
thửa|plots/plot
lô|lots/lot
tuyến đường|roads/road
tuyến|routes/route
cầu|bridges/bridge
điểm|points/point
suất quà|gifts/gift
phần quà|gifts/gift
suất|shares/portions
giải|prizes/awards
quốc gia|countries/country
nước|countries/country
loại|types/kinds/type
nhóm|groups/group
mặt hàng|commodities/items/goods
tờ khai|declarations/declaration
cổ phiếu|shares/stocks
trung tâm|centres/centers/centre/center
khu vực|areas/area/regions/region
lĩnh vực|fields/sectors
cửa hàng|shops/stores/shop
siêu thị|supermarkets/supermarket
khu công nghiệp|industrial parks/industrial park
chợ|markets/market
nội dung|items/topics
đối tượng|beneficiaries/subjects
chuyên gia|experts/expert
chuyến bay|flights/flight
địa phương|localities/locality
cơ quan|agencies/agency
tổ chức|organisations/organizations/organisation/organization
ngành|sectors/sector
việc làm|jobs/job
vườn|gardens/garden
nhà máy|factories/factory
khách sạn|hotels/hotel
nhà văn hóa|cultural houses/cultural house
tủ sách|bookcases
"""
_MEASURE = """
ha/héc ta/hecta|ha/hectares/hectare
sào|sào/sao
km2/km²|km²/km2/square kilometres/square kilometers/sq km
m2/m²|m²/m2/square metres/square meters/sq m
m3/m³/mét khối|m³/m3/cubic metres/cubic meters
km|km/kilometres/kilometers
mm|mm/millimetres/millimeters
cm|cm/centimetres/centimeters
m/mét|m/metres/meters
kg|kg/kilograms/kilogrammes
tấn|tonnes/tons/tonne/ton
tấn.km|tonne-kilometres/ton-kilometers/tonne-km
hành khách.km/HK.km/lượt HK.km/lượt hành khách.km|passenger-kilometres/passenger-kilometers/passenger-km
tạ|quintals/quintal
yến|yến
lít|litres/liters/litre/liter
kWh|kWh
MWh|MWh
MW|MW/megawatts
kW|kW
°C/độ C|°C/degrees Celsius
tuổi|years old/years of age/year-old
lần|times/fold
giờ|hours/hour
phút|minutes/minute
ngày|days/day
tuần|weeks/week
tháng|months/month
quý|quarters
năm|years/year
thập kỷ|decades/decade
"""
_MONEY = """
triệu tỷ đồng/triệu tỉ đồng|million billion VND/quadrillion VND/quadrillion dong
nghìn tỷ đồng/nghìn tỉ đồng/ngàn tỷ đồng/ngàn tỉ đồng|thousand billion VND/trillion VND/trillion dong
tỷ đồng/tỉ đồng/tỷ VND/tỷ VNĐ|billion VND/billion dong/billion Vietnamese dong/bn VND/bn dong
triệu đồng/triệu VND/triệu VNĐ/trđ/tr.đ/tr đồng|million VND/million dong/million Vietnamese dong
nghìn đồng/ngàn đồng|thousand VND/thousand dong
đồng/VND/VNĐ/đ|VND/dong/Vietnamese dong
tỷ USD/tỷ đô la/tỉ USD|billion USD/billion dollars/billion US dollars/bn USD/bn dollars/bn US dollars
triệu USD/triệu đô la|million USD/million dollars/million US dollars/m USD/mn USD
nghìn USD/ngàn USD|thousand USD/thousand dollars
USD/đô la Mỹ/đô la|USD/US dollars/dollars/dollar
tỷ euro|billion euros/billion euro/billion EUR/bn euros/bn euro
triệu euro|million euros/million euro/million EUR
euro|euros/euro/EUR
triệu tỷ/triệu tỉ|million billion/quadrillion
nghìn tỷ/nghìn tỉ|thousand billion/trillion
tỷ/tỉ|billion
triệu|million
nghìn/ngàn|thousand
"""
_SCALES = {"nghìn": "thousand", "ngàn": "thousand", "triệu": "million", "tỷ": "billion", "tỉ": "billion", "vạn": "ten thousand"}
_PER = {
    "ha": "ha", "km2": "km²", "km²": "km²", "m2": "m²", "m²": "m²", "m3": "m³", "m³": "m³", "người": "person", "năm": "year",
    "tháng": "month", "ngày": "day", "hộ": "household", "lao động": "worker", "vụ": "crop", "sào": "sào", "kg": "kg",
    "tấn": "tonne", "đầu người": "person",
    "lít": "litre", "kWh": "kWh", "giờ": "hour", "km": "km", "con": "head", "lớp": "class", "trường": "school", "xã": "commune",
    "thôn": "village", "vạn dân": "10,000 people", "10.000 dân": "10,000 people", "1.000 dân": "1,000 people",
    "lượng": "tael", "ounce": "ounce", "oz": "oz", "USD": "USD", "thùng": "barrel", "cổ phiếu": "share", "tuần": "week",
    "suất": "portion", "sản phẩm": "product",
    "100.000 dân": "100,000 people", "học sinh": "pupil", "dân": "people", "mẹ": "mother", "phụ nữ": "woman", "quý": "quarter",
}  # fmt: skip


def _rows(table: str, kind: UnitKind) -> list[tuple[UnitKind, list[str], list[str]]]:
    rows = []
    for line in table.strip().splitlines():
        vi, en = line.split("|")
        rows.append((kind, vi.split("/"), en.split("/")))
    return rows


_ALL = _rows(_MONEY, "money") + _rows(_MEASURE, "measure") + _rows(_COUNT, "count")

KIND: dict[str, dict[str, UnitKind]] = {"vi": {}, "en": {}}
"""Every spelling of a unit in a language, lower-case, and what a number with it is."""
PER: dict[str, frozenset[str]] = {"vi": frozenset(_PER) | {fold(p) for p in _PER}, "en": frozenset(_PER.values())}
"""What may follow "/" in a unit such as tạ/ha."""
SCALES = {"vi": frozenset(_SCALES), "en": frozenset(_SCALES.values())}
"""Words that multiply a counted noun: "1,2 triệu người"."""

_TO_EN: dict[str, tuple[str, str]] = {}
_TO_VI: dict[str, str] = {}
for _kind, _vi, _en in _ALL:
    for _form in _vi:
        KIND["vi"].setdefault(_form.lower(), _kind)
        _singular = _en[1] if len(_en) > 1 and _kind == "count" else _en[0]
        _TO_EN.setdefault(_form.lower(), (_en[0], _singular))
        _TO_EN.setdefault(fold(_form), (_en[0], _singular))
    for _form in _en:
        KIND["en"].setdefault(_form.lower(), _kind)
        _TO_VI.setdefault(_form.lower(), _vi[0])
# English nouns with an adjective that Vietnamese puts behind.
_TO_VI.update(
    {
        "poor households": "hộ nghèo", "near-poor households": "hộ cận nghèo", "new jobs": "việc làm mới",
        "new workers": "lao động mới",
        "rural households": "hộ nông thôn", "new enterprises": "doanh nghiệp mới", "poor people": "người nghèo",
        "elderly people": "người cao tuổi", "primary schools": "trường tiểu học", "secondary schools": "trường THCS",
        "medical staff": "cán bộ y tế",
    }
)  # fmt: skip
_PER_EN = {**{fold(k): v for k, v in _PER.items()}, **_PER}
_PER_VI = {v: k for k, v in reversed(_PER.items())}


def unit_in(unit: str, language: str, *, one: bool = False) -> str:
    """`unit` as `language` says it: "tỷ đồng" -> "billion VND", "communes" -> "xã"; an unknown one comes back as it is.
    `one`: the English singular, where there is one."""
    head, *per = (part.strip() for part in unit.split("/"))
    if language == "vi":
        scale, _, noun = head.partition(" ")
        back = {en: vi for vi, en in reversed(_SCALES.items())}
        if head.lower() not in _TO_VI and scale in back and noun.lower() in _TO_VI:
            head = f"{back[scale]} {_TO_VI[noun.lower()]}"
        else:
            head = _TO_VI.get(head.lower(), head)
        return "/".join([head, *(_PER_VI.get(p, p) for p in per)])
    scale, _, noun = head.partition(" ")
    if head.lower() not in _TO_EN and scale in _SCALES and noun.lower() in _TO_EN:
        head = f"{_SCALES[scale]} {_TO_EN[noun.lower()][0]}"
    elif head.lower() in _TO_EN:
        head = _TO_EN[head.lower()][1 if one else 0]
    return "/".join([head, *(_PER_EN.get(p, p) for p in per)])


COUNTED_LIKE_YEARS = frozenset(
    {
        "hộ", "hộ dân", "hộ gia đình", "người", "người dân", "nhân khẩu", "khẩu", "lao động", "học sinh", "sinh viên",
        "doanh nghiệp", "cây", "con", "đảng viên", "hội viên", "lượt", "lượt người", "lượt khách", "ho", "ho dan", "nguoi",
        "nhan khau", "lao dong", "hoc sinh", "doanh nghiep", "households", "people", "persons", "residents", "inhabitants",
        "workers", "pupils", "students", "children", "women", "enterprises", "trees", "visitors",
    }
)  # fmt: skip
"""Nouns that are counted in thousands: "2000 hộ" is no year."""

_ADJECTIVES = (
    "poor|near-poor|new|rural|urban|local|young|old|female|male|primary|secondary|high|medical|public|private|small|large|key|main|national"
    "|ethnic|elderly|disabled|registered|foreign|social|health|active|permanent|direct|full-time|different|other|more|additional|hospital"
    "|farming|fishing|state|non-state|district-level|communal|provincial|agricultural|industrial|residential|cultural|party|school"
)
_PLURAL = re.compile(
    rf" (?P<unit>(?:(?:{_ADJECTIVES}) ){{0,2}}(?:(?!(?:is|was|has|its|as|this|us|less|plus|versus|thus|does|times|yes"
    rf"|percentage|gas)\b)"
    r"[a-z]{2,}(?:[^\Ws]s|men|people|children)|people|children|women|men|staff|cattle|poultry|livestock|head|criteria))\b"
)
_MULTIPLES = frozenset({"thousand", "million", "billion", "trillion", "quadrillion", "thousand billion", "million billion"})
_FOLDED_SKIP = frozenset(
    {"em", "ca", "con", "cai", "bo", "dan", "can", "cau", "nam", "thu", "nha", "nuoc", "diem", "ban", "ta", "lo"}
)


def _alternatives(forms: set[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=lambda f: (-len(f), f)))


def _pattern(language: str, *, folded: bool) -> re.Pattern[str]:
    fit = fold if folded else lower
    skip = _FOLDED_SKIP if folded else frozenset()
    units = {fit(u) for u in KIND[language]} - skip
    nouns = {fit(u) for u, kind in KIND[language].items() if kind in ("count", "measure")} - skip
    per, scales = {fit(p) for p in PER[language]}, {fit(s) for s in SCALES[language]}
    return re.compile(
        rf"[ \u00a0]?-?(?P<unit>(?:(?:{_alternatives(scales)})\s+(?:{_alternatives(nouns)})|{_alternatives(units)})"
        rf"(?:\s?/\s?(?:{_alternatives(per)}))*)(?![^\W_])"
        r"(?<!tỷ(?= lệ))(?<!tỷ(?= trọng))(?<!tỷ(?= suất))(?<!tỉ(?= lệ))(?<!tỉ(?= trọng))(?<!tỉ(?= suất))"
        r"(?<!đồng(?= chí))(?<!đồng(?= bào))"
        r"(?<! ty(?= le))(?<! ti(?= le))(?<!dong(?= chi))(?<!hộ(?= khẩu))(?<!bộ(?= phận))(?<!nước(?= sạch))(?<!nước(?= mắm))"
    )


_PATTERNS = {
    ("vi", False): _pattern("vi", folded=False),
    ("vi", True): _pattern("vi", folded=True),
    ("en", False): _pattern("en", folded=False),
}
_FOLDED_KIND = {fold(unit): kind for unit, kind in reversed(KIND["vi"].items())}


def unit_after(text: str, low: str, end: int, language: str, marked: bool) -> tuple[str, UnitKind, int] | None:
    """(unit as written, what a number with it is, where it ends) after a number that ends at `end`; None where none is known.

    `low` is `text` in lower-case; `marked`: the text has Vietnamese marks, so that folded spellings are not meant. In English any
    plural noun that follows counts as one.
    """
    for tongue in ("vi", "en") if language == "vi" else ("en", "vi"):
        folded = tongue == "vi" and not marked
        if folded and language == "en":
            continue
        m = _PATTERNS[tongue, folded].match(low, end)
        if m:
            return re.sub(r"\s+", " ", text[m.start("unit") : m.end("unit")]), _kind_of(m["unit"], tongue, folded), m.end()
        if tongue == "en" and language == "en":
            plural = _PLURAL.match(low, end)
            if plural:
                return text[plural.start("unit") : plural.end("unit")], "count", plural.end()
    return None


def _kind_of(unit: str, language: str, folded: bool) -> UnitKind:
    kinds = _FOLDED_KIND if folded else KIND[language]
    head = re.sub(r"\s+", " ", unit.split("/")[0].strip())
    kind = kinds.get(head)
    if kind is None or (language == "en" and head in _MULTIPLES):
        scaled = kinds.get(head.partition(" ")[2], "count")  # "triệu tấn" measures; "triệu người", "1.2 million" of something count
        return "measure" if scaled == "measure" else "count"
    return "measure" if kind == "count" and "/" in unit else kind

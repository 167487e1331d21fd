"""The glossary of report terms: its file keeps its promises, and its finder keeps neighbours apart in three spellings."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from itertools import pairwise

import pytest

from index.language.normalise import fold
from index.lexicon.glossary import KINDS, Glossary, read_lines

HEADER = "concept\tkind\tvi\ten\tbroader\n"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load()


def concepts(glossary: Glossary, text: str, language=None) -> list[str]:
    return [mention.concept for mention in glossary.find(text, language)]


def test_size(glossary: Glossary) -> None:
    named = [c for c in glossary.concepts.values() if c.kind != "unit"]
    assert len(named) >= 1000
    assert len([c for c in named if c.kind == "indicator"]) >= 450
    assert sum(len(c.vi) + len(c.en) for c in named) >= 8500


def test_every_concept_has_both_sides_a_kind_and_a_known_broader(glossary: Glossary) -> None:
    for concept in glossary.concepts.values():
        assert concept.kind in KINDS
        assert concept.vi, concept.id
        assert concept.en, concept.id
        assert not concept.broader or concept.broader in glossary.concepts, concept.id
        assert concept.id not in glossary.related(concept.id)
        assert len(set(concept.vi)) == len(concept.vi), concept.id
        assert len(set(concept.en)) == len(concept.en), concept.id


def test_no_term_belongs_to_two_concepts(glossary: Glossary) -> None:
    for table in (glossary._vi, glossary._en):
        owners = defaultdict(set)
        for entry in table.entries():
            owners[entry.key].add(entry.concept)
        assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_every_term_is_found_as_itself(glossary: Glossary) -> None:
    missed = []
    for concept in glossary.concepts.values():
        for language, terms in (("vi", concept.vi), ("en", concept.en)):
            for term in terms:
                unmarked = language == "vi" and fold(term) == term.lower() and " " not in term
                text = f"tỷ lệ và {term} và đều được" if unmarked else term
                if concept.id not in concepts(glossary, text, language):
                    missed.append((concept.id, term))
    assert missed == []


@pytest.mark.parametrize(
    "text",
    ["Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?", "ty le ho dan dung nuoc sach", "What share of households use clean water?"],
)
def test_the_same_question_in_three_spellings(glossary: Glossary, text: str) -> None:
    assert {"share", "household", "clean_water"} <= set(concepts(glossary, text))


PAIRS = [
    ("nước sạch", "nước hợp vệ sinh", "clean water", "hygienic water"),
    ("hộ nghèo", "hộ cận nghèo", "poor households", "near-poor households"),
    ("bảo hiểm y tế", "bảo hiểm xã hội", "health insurance", "social insurance"),
    ("lao động qua đào tạo", "lao động qua đào tạo có chứng chỉ", "trained workers", "trained workers with certificates"),
    ("thu ngân sách", "chi ngân sách", "budget revenue", "budget expenditure"),
    ("gia đình văn hóa", "thôn văn hóa", "cultural families", "cultural villages"),
    ("rác thải sinh hoạt", "chất thải y tế", "household waste", "medical waste"),
    ("nông thôn mới", "nông thôn mới nâng cao", "new rural", "advanced new rural"),
    ("nông thôn mới nâng cao", "nông thôn mới kiểu mẫu", "advanced new rural", "model new rural"),
    ("suy dinh dưỡng thấp còi", "suy dinh dưỡng nhẹ cân", "stunting", "underweight"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[3])
def test_neighbours_are_kept_apart(glossary: Glossary, pair: tuple[str, str, str, str]) -> None:
    first, second, first_en, second_en = pair
    (one,), (other,) = concepts(glossary, first), concepts(glossary, second)
    assert one != other
    assert concepts(glossary, fold(first)) == concepts(glossary, first_en) == [one]
    assert concepts(glossary, fold(second)) == concepts(glossary, second_en) == [other]


def test_offsets_are_those_of_the_text_given(glossary: Glossary) -> None:
    text = 'Đến nay 10/10 thôn giữ danh hiệu "Thôn văn hóa"; THU NSNN đạt 108%, tỉ lệ hộ\nnghèo còn 2,1%.'
    for given in (text, unicodedata.normalize("NFD", text)):
        found = {m.concept: given[m.start : m.end] for m in glossary.find(given)}
        assert unicodedata.normalize("NFC", found["poor_household"]) == "hộ\nnghèo"
        assert unicodedata.normalize("NFC", found["budget_revenue"]) == "THU NSNN"
        assert unicodedata.normalize("NFC", found["share"]) == "tỉ lệ"
        assert "cultural_village" in found


def test_mentions_do_not_overlap_and_are_in_order(glossary: Glossary) -> None:
    found = glossary.find(
        "Tỷ lệ dân số tham gia bảo hiểm y tế đạt 95,6%, hộ cận nghèo giảm; health insurance for near-poor households"
    )
    assert [m.start for m in found] == sorted(m.start for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Tổ chức thực hiện nhiệm vụ và phục vụ Nhân dân", "case"),
        ("Đồng chí Bí thư phát biểu", "dong"),
        ("cơ bản hoàn thành, ban hành văn bản", "village"),
        ("hộ | nghèo", "poor_household"),
        ("Có 20 hộ. Nghèo đói đã hết", "poor_household"),
        ("cấp nước, sạch sẽ", "clean_water"),
        ("In Ho Chi Minh City the office was moved", "household"),
        ("more than that", "coal"),
        ("Đồng chí Ngô Văn Cảng", "maize"),
        ("mọi cá nhân đều yêu cầu", "fish"),
        ("tỷ lệ hộ nghèo xã Bản Sen", "village"),
        ("xa Hai Dong dat duoc may chi tieu", "earthquake"),
        ("xa Phu Hai Tay con bao nhieu ho can ngheo", "storm"),
        ("Health insurance in Hai Dong", "dong"),
        ("Which villages meet the standard", "meeting"),
        ("parking for 20 cars", "park"),
    ],
)
def test_what_only_looks_like_a_term_is_left_alone(glossary: Glossary, text: str, absent: str) -> None:
    assert absent not in concepts(glossary, text)


def test_a_term_with_a_comma_is_found_with_and_without_it(glossary: Glossary) -> None:
    assert concepts(glossary, "phòng, chống dịch") == concepts(glossary, "phòng chống dịch") == ["epidemic"]
    assert concepts(glossary, "hộ nghèo, cận nghèo") == ["poor_household", "near_poor_household"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("số hộ nghèo", ["number", "poor_household"]),
        ("con bao hiem y te thi sao", ["health_insurance"]),
        ("tỷ lệ tăng dân số tự nhiên", ["share", "natural_increase"]),
        ("trẻ em dưới 5 tuổi suy dinh dưỡng thể thấp còi", ["child_under_five", "stunting"]),
        ("hộ gia đình thể thao", ["sports_family"]),
        ("households living in poverty", ["poor_household"]),
    ],
)
def test_overlapping_terms_are_read_the_way_a_person_does(glossary: Glossary, text: str, expected: list[str]) -> None:
    assert concepts(glossary, text) == expected


PARAPHRASES = [
    ("What percentage of families have running water?", "clean_water"),
    ("How many villages have piped water?", "clean_water"),
    ("people without safe drinking water", "clean_water"),
    ("hộ dùng nước máy", "clean_water"),
    ("hộ được cấp nước sạch", "clean_water"),
    ("hộ dân được sử dụng nước sạch tập trung", "clean_water"),
    ("nước sạch nông thôn theo quy chuẩn", "clean_water"),
    ("improved water access", "hygienic_water"),
    ("share of people using sanitary water", "hygienic_water"),
    ("người dân được dùng nước hợp vệ sinh", "hygienic_water"),
    ("nước sinh hoạt hợp vệ sinh", "hygienic_water"),
    ("nhà vệ sinh đạt chuẩn", "latrine"),
    ("hygienic toilets", "latrine"),
    ("poverty level in 2022", "poverty"),
    ("How many households are poor?", "poor_household"),
    ("number of poor families", "poor_household"),
    ("households living below the poverty line", "poor_household"),
    ("tỷ lệ hộ nghèo còn bao nhiêu", "poor_household"),
    ("tỉ lệ nghèo của xã", "poor_household"),
    ("hộ nghèo theo chuẩn nghèo đa chiều", "poor_household"),
    ("nghèo đa chiều", "multidimensional_poverty"),
    ("multi-dimensional poverty rate", "multidimensional_poverty"),
    ("near poor families", "near_poor_household"),
    ("số hộ cận nghèo", "near_poor_household"),
    ("hộ mới thoát nghèo", "poverty_reduction"),
    ("households that escaped poverty", "poverty_reduction"),
    ("who is covered by health insurance", "health_insurance"),
    ("health insurance card holders", "health_insurance"),
    ("share of people with medical insurance", "health_insurance"),
    ("bao phủ BHYT", "health_insurance"),
    ("người có thẻ BHYT", "health_insurance"),
    ("người tham gia BHXH tự nguyện", "voluntary_social_insurance"),
    ("BHXH bắt buộc", "social_insurance"),
    ("bảo hiểm thất nghiệp", "unemployment_insurance"),
    ("trained workforce share", "trained_worker"),
    ("skilled workers", "trained_worker"),
    ("workers with vocational certificates", "certified_worker"),
    ("lao động có bằng cấp chứng chỉ", "certified_worker"),
    ("người lao động đã qua đào tạo", "trained_worker"),
    ("lao động qua đào tạo có bằng cấp, chứng chỉ", "certified_worker"),
    ("jobs created in 2022", "job_creation"),
    ("how many new jobs", "job_creation"),
    ("việc làm mới cho lao động", "job_creation"),
    ("giải quyết việc làm cho 300 người", "job_creation"),
    ("unemployment", "unemployment"),
    ("state budget revenue", "budget_revenue"),
    ("local tax revenue", "budget_revenue"),
    ("how much money did the commune collect", "funding"),
    ("government spending", "budget_expenditure"),
    ("tổng chi ngân sách địa phương", "budget_expenditure"),
    ("public investment disbursement rate", "investment_disbursement"),
    ("giải ngân vốn đầu tư công", "investment_disbursement"),
    ("families with cultural title", "cultural_family"),
    ("culture families", "cultural_family"),
    ("tỷ lệ hộ đạt gia đình văn hóa", "cultural_family"),
    ("số thôn văn hóa", "cultural_village"),
    ("khu dân cư văn hóa", "cultural_village"),
    ("how many hamlets are cultural villages", "cultural_village"),
    ("forest coverage", "forest_cover"),
    ("độ che phủ rừng", "forest_cover"),
    ("percentage of land covered by forests", "forest_cover"),
    ("garbage collection rate", "household_waste"),
    ("household garbage collected", "household_waste"),
    ("tỷ lệ thu gom chất thải rắn sinh hoạt", "household_waste"),
    ("thu gom rác thải", "household_waste"),
    ("hospital waste treated", "medical_waste"),
    ("nước thải y tế", "medical_wastewater"),
    ("nước thải sinh hoạt được xử lý", "wastewater"),
    ("new-style rural commune", "new_rural"),
    ("xã đạt chuẩn NTM", "new_rural"),
    ("xã nông thôn mới nâng cao", "new_rural_advanced"),
    ("advanced new-style rural area", "new_rural_advanced"),
    ("NTM kiểu mẫu", "new_rural_model"),
    ("children under 5 stunted", "stunting"),
    ("low height for age", "stunting"),
    ("suy dinh dưỡng chiều cao", "stunting"),
    ("trẻ em dưới 5 tuổi suy dinh dưỡng cân nặng theo tuổi", "underweight"),
    ("suy dinh dưỡng ở trẻ em", "malnutrition"),
    ("fully immunised children", "vaccination"),
    ("trẻ em dưới 1 tuổi được tiêm chủng đầy đủ", "vaccination"),
    ("tiêm phòng cho gia súc, gia cầm", "animal_vaccination"),
    ("birth rate", "birth"),
    ("tỷ lệ sinh con thứ 3 trở lên", "third_child"),
    ("tỷ lệ tăng dân số tự nhiên", "natural_increase"),
    ("sex ratio at birth", "sex_ratio_at_birth"),
    ("diện tích gieo cấy lúa", "rice_area"),
    ("năng suất lúa bình quân", "rice_yield"),
    ("tổng sản lượng lương thực có hạt", "grain_output"),
    ("rice production", "rice_output"),
    ("paddy yield", "rice_yield"),
    ("maize area", "maize_area"),
    ("diện tích nuôi trồng thủy sản", "aquaculture_area"),
    ("fish farming output", "aquaculture_output"),
    ("sản lượng khai thác thủy sản", "fishing_output"),
    ("tổng đàn lợn", "pig"),
    ("number of buffaloes", "buffalo"),
    ("đàn trâu, bò", "cattle"),
    ("đàn gia cầm", "poultry"),
    ("trồng rừng tập trung", "forest_planting"),
    ("chỉ số sản xuất công nghiệp", "industrial_production_index"),
    ("tốc độ tăng trưởng kinh tế (GRDP)", "economic_growth"),
    ("GDP growth", "economic_growth"),
    ("inflation", "cpi"),
    ("kim ngạch xuất khẩu", "export"),
    ("import value", "import"),
    ("total retail sales of goods and services", "retail_sales"),
    ("foreign tourists", "international_tourist"),
    ("khách quốc tế", "international_tourist"),
    ("lượt khách du lịch nội địa", "domestic_tourist"),
    ("doanh nghiệp thành lập mới", "new_enterprise"),
    ("newly registered businesses", "new_enterprise"),
    ("hợp tác xã mới thành lập", "cooperative"),
    ("sản phẩm OCOP 3 sao", "ocop_three_star"),
    ("km đường bê tông", "road_concreted"),
    ("roads paved with concrete", "road_concreted"),
    ("hộ sử dụng điện", "electricity_access"),
    ("households with electricity", "electricity_access"),
    ("homes connected to the grid", "electricity_access"),
    ("internet users", "internet"),
    ("sổ đỏ", "land_use_certificate"),
    ("land titles", "land_use_certificate"),
    ("cấp GCNQSDĐ lần đầu", "land_use_certificate"),
    ("hồ sơ giải quyết đúng hạn", "files_on_time"),
    ("administrative files resolved on time", "files_on_time"),
    ("dịch vụ công trực tuyến toàn trình", "online_public_service"),
    ("lượt tiếp công dân", "citizen_reception"),
    ("đơn khiếu nại, tố cáo", "complaints_and_denunciations"),
    ("vụ phạm pháp hình sự", "crime"),
    ("crime cases", "crime"),
    ("vụ tai nạn giao thông", "traffic_accident"),
    ("road deaths", "traffic_deaths"),
    ("giao quân", "military_recruitment"),
    ("young people recruited into the army", "military_recruitment"),
    ("kết nạp đảng viên mới", "party_admission"),
    ("new party members", "party_admission"),
    ("thiệt hại do bão gây ra", "damage"),
    ("người có công với cách mạng", "meritorious_person"),
    ("đối tượng bảo trợ xã hội", "social_beneficiary"),
    ("people receiving social assistance", "social_allowance"),
    ("thu nhập bình quân đầu người/năm", "income_per_capita"),
    ("income per person", "income_per_capita"),
    ("tỷ lệ lao động nông nghiệp", "agricultural_labour"),
    ("literacy rate", "literacy"),
    ("tỷ lệ người biết chữ", "literacy"),
    ("huy động trẻ 6 tuổi vào lớp 1", "first_grade_enrolment"),
    ("trẻ 5 tuổi ra lớp", "kindergarten_enrolment"),
    ("dropout rate", "dropout"),
    ("số giáo viên", "teacher"),
    ("doctors per 10,000 people", "doctor"),
    ("số bác sĩ/vạn dân", "doctor"),
    ("giường bệnh/vạn dân", "hospital_bed"),
    ("health stations meeting national standards", "national_health_criteria"),
    ("xã đạt tiêu chí quốc gia về y tế", "national_health_criteria"),
    ("trường học đạt chuẩn quốc gia", "national_standard_school"),
    ("single-use plastic", "plastic_waste"),
    ("cemeteries", "cemetery"),
    ("nhà tạm, nhà dột nát", "temporary_house"),
    ("temporary houses removed", "temporary_house"),
    ("certificates of merit", "certificate_of_merit"),
    ("bằng khen của Chủ tịch UBND tỉnh", "diploma_of_merit"),
    ("theme of the year", "theme"),
    ("gia đình thể thao", "sports_family"),
    ("người tập thể dục thể thao thường xuyên", "regular_exercise"),
    ("hộ có internet cáp quang", "internet"),
    ("hỏa táng", "wedding_funeral"),
    ("tỷ lệ đô thị hóa", "urbanisation"),
    ("hộ kinh doanh cá thể", "business_household"),
    ("chất thải nguy hại", "hazardous_waste"),
    ("xã đặc biệt khó khăn", "disadvantaged_commune"),
    ("phổ cập giáo dục mầm non cho trẻ 5 tuổi", "preschool_universalisation"),
    ("phổ cập THCS", "lower_secondary_universalisation"),
    ("hiến đất làm đường", "land_donation"),
    ("giải phóng mặt bằng", "site_clearance"),
    ("site clearance", "site_clearance"),
    ("cháy rừng", "forest_fire"),
    ("số vụ cháy", "fire"),
    ("bạo lực gia đình", "domestic_violence"),
    ("đuối nước", "child_drowning"),
    ("bình đẳng giới", "gender_equality"),
    ("tín dụng chính sách", "policy_credit"),
    ("dư nợ", "credit"),
    ("outstanding loans", "credit"),
    ("bad debt ratio", "bad_debt"),
    ("How much tax was collected?", "tax"),
    ("How much did the district spend on education?", "education_spending"),
    ("households without electricity", "electricity_access"),
    ("hộ chưa có điện lưới", "electricity_access"),
    ("How many people died in the flood?", "death"),
    ("houses damaged by the storm", "house_damage"),
    ("houses that lost their roofs", "house_damage"),
    ("hectares of rice flooded", "crop_damage"),
    ("số nhà bị tốc mái do bão", "house_damage"),
    ("diện tích lúa bị ngập úng", "crop_damage"),
    ("people evacuated", "evacuation"),
    ("number of schools meeting the national standard", "national_standard_school"),
    ("mấy trường đạt chuẩn quốc gia", "national_standard_school"),
    ("children attending kindergarten", "kindergarten_enrolment"),
    ("share of children in preschool", "kindergarten_enrolment"),
    ("school attendance of six-year-olds", "school_enrolment"),
    ("học sinh bỏ học giữa chừng", "dropout"),
    ("high school graduation rate", "graduation"),
    ("tỷ lệ tốt nghiệp THPT", "graduation"),
    ("how many hospital beds", "hospital_bed"),
    ("number of doctors", "doctor"),
    ("commune health station has a doctor", "health_station"),
    ("pregnant women with antenatal visits", "maternal_health"),
    ("births at home", "birth_attendance"),
    ("infant mortality rate", "infant_mortality"),
    ("tử vong trẻ em dưới 5 tuổi", "under_five_mortality"),
    ("population of the commune", "population"),
    ("how many inhabitants", "resident"),
    ("mật độ dân số", "population_density"),
    ("number of households", "household"),
    ("how many people live in the district", "population"),
    ("share of women in the people's council", "woman"),
    ("mean age at first marriage", "marriage"),
    ("số cặp tảo hôn", "child_marriage"),
    ("foreign direct investment attracted", "fdi"),
    ("vốn đầu tư toàn xã hội", "investment"),
    ("exports in the first quarter", "export"),
    ("xuất siêu", "trade_balance"),
    ("nhập siêu", "trade_balance"),
    ("consumer prices", "cpi"),
    ("CPI bình quân", "cpi"),
    ("industrial output growth", "industrial_production_value"),
    ("industrial production index", "industrial_production_index"),
    ("chỉ số IIP", "industrial_production_index"),
    ("hotel guests", "accommodation"),
    ("tourist arrivals", "tourist"),
    ("doanh thu từ du lịch", "tourism_revenue"),
    ("number of cooperatives", "cooperative"),
    ("HTX thành lập mới", "cooperative"),
    ("tổ hợp tác", "cooperative_group"),
    ("dissolved businesses", "dissolved_enterprise"),
    ("doanh nghiệp tạm ngừng hoạt động", "suspended_enterprise"),
    ("km of rural roads concreted", "road_concreted"),
    ("đường trục thôn được cứng hóa", "road_concreted"),
    ("national target programmes", "national_target_programme"),
    ("citizens received by the chairman", "citizen_reception"),
    ("online applications", "online_public_service"),
    ("hồ sơ nộp trực tuyến", "online_public_service"),
    ("satisfaction of citizens with public services", "sipas"),
    ("theft cases", "theft"),
    ("drug-related crimes", "drug_crime"),
    ("clearance rate of crimes", "crime_solved"),
    ("số người chết do tai nạn giao thông", "traffic_deaths"),
    ("người bị thương do tai nạn giao thông", "traffic_injuries"),
    ("fires and explosions", "fire"),
    ("young men called up for military service", "military_service"),
    ("chỉ tiêu giao quân", "military_recruitment"),
    ("livestock herd", "livestock"),
    ("total pig herd", "pig"),
    ("pork output", "pork"),
    ("sản lượng thịt hơi xuất chuồng", "meat_output"),
    ("egg production", "egg"),
    ("fish catch", "fishing_output"),
    ("shrimp output", "shrimp"),
    ("afforested area", "forest_planting"),
    ("new forest planted", "forest_planting"),
    ("số cây phân tán đã trồng", "scattered_trees"),
    ("area under coffee", "coffee"),
    ("cây ăn quả", "fruit_tree"),
    ("hữu cơ", "organic_agriculture"),
    ("VietGAP certified area", "vietgap"),
    ("remittances", "remittances"),
    ("loans to near-poor households", "near_poor_loan"),
    ("cho vay hộ cận nghèo", "near_poor_loan"),
    ("social pension", "social_allowance"),
    ("monthly social allowances", "social_allowance"),
    ("war invalids", "war_invalid"),
    ("Mẹ Việt Nam Anh hùng", "heroic_mother"),
    ("houses for the poor", "charity_house"),
    ("nhà đại đoàn kết", "charity_house"),
    ("blood donors", "blood_donation"),
    ("cấp GCN QSDĐ", "land_use_certificate"),
    ("thu hồi đất", "land_recovery"),
    ("compensation for land", "compensation"),
    ("tái định cư", "resettlement"),
    ("party cells completing tasks excellently", "strong_party_cell"),
    ("chi bộ hoàn thành xuất sắc nhiệm vụ", "strong_party_cell"),
    ("khen thưởng", "commendation"),
    ("minimum wage", "minimum_wage"),
    ("labour productivity", "labour_productivity"),
    ("lao động đi làm việc ở nước ngoài theo hợp đồng", "labour_export"),
    ("workers sent to Japan", "labour_export"),
    ("digital transformation", "digital"),
    ("tài khoản VNeID", "vneid"),
    ("căn cước công dân gắn chip", "citizen_id"),
    ("climate change adaptation", "climate_change"),
    ("xâm nhập mặn", "saline_intrusion"),
    ("air pollution", "air_quality"),
    ("khu công nghiệp có hệ thống xử lý nước thải", "central_wastewater_treatment"),
    ("sản phẩm OCOP đạt 4 sao", "ocop_four_star"),
    ("four-star OCOP products", "ocop_four_star"),
    ("hộ sản xuất kinh doanh giỏi", "model_household"),
    ("children with disabilities", "disabled_child"),
    ("người khuyết tật", "disabled_person"),
    ("elderly people with health checks", "elderly"),
    ("gender-based violence", "domestic_violence"),
    ("cash assistance", "social_allowance"),
    ("food aid", "emergency_relief"),
    ("households receiving cash transfers", "social_allowance"),
    ("baseline value", "baseline"),
    ("how many beneficiaries", "beneficiary"),
    ("budget of the project", "public_finance"),
    ("donor", "partner"),
    ("open-defecation-free villages", "open_defecation"),
    ("women's savings groups", "savings_group"),
    ("microfinance loans", "microfinance"),
    ("exclusive breastfeeding", "breastfeeding"),
    ("low birth weight", "birth_weight"),
    ("teenage pregnancy", "adolescent_birth"),
    ("handwashing with soap", "handwashing"),
    ("child labour", "child_labour"),
    ("urbanisation rate", "urbanisation"),
    ("income inequality", "gini"),
    ("human development index", "hdi"),
    ("public debt to GDP", "public_debt"),
    ("budget deficit", "budget_deficit"),
    ("FDI disbursed", "fdi"),
    ("unemployment among youth", "unemployment"),
    ("informal employment", "informal_labour"),
    ("goods sold abroad", "export"),
    ("tiền bán hàng ra nước ngoài", "export"),
    ("hàng mua của nước ngoài", "import"),
    ("công ty mới mở", "new_enterprise"),
    ("companies that came back", "resumed_enterprise"),
    ("doanh nghiệp quay lại làm ăn", "resumed_enterprise"),
    ("companies that closed", "dissolved_enterprise"),
    ("economic output per head", "grdp_per_capita"),
    ("kinh tế lớn thêm mấy phần trăm", "economic_growth"),
    ("giá cả leo thang", "cpi"),
    ("how long people live", "life_expectancy"),
    ("people per square km", "population_density"),
    ("families with no home", "homeless_household"),
    ("nhà xiêu vẹo", "temporary_house"),
    ("repairing houses", "house_repair"),
    ("xổ số kiến thiết", "lottery"),
    ("spend on schools", "education_spending"),
    ("spent on health care", "health_spending"),
    ("tiền dành cho bộ đội", "defence_spending"),
    ("số tiền đã giải ngân", "investment_disbursement"),
    ("vay trong bao lâu", "loan_term"),
    ("money sent home from abroad", "remittances"),
    ("không biết đọc biết viết", "illiteracy"),
    ("chánh văn phòng", "chief_of_office"),
    ("how many seats", "seating_capacity"),
    ("bộ đội", "defence"),
    ("làm sổ đỏ", "land_use_certificate"),
    ("phá được án", "crime_solved"),
    ("killed in road crashes", "traffic_deaths"),
    ("khách Nhật", "international_tourist"),
]


@pytest.mark.parametrize(("text", "concept"), PARAPHRASES, ids=[text for text, _ in PARAPHRASES])
def test_what_a_reader_would_type_names_the_indicator(glossary: Glossary, text: str, concept: str) -> None:
    assert concept in concepts(glossary, text)
    assert concept in concepts(glossary, fold(text))


def test_spellings_of_tone_and_of_i(glossary: Glossary) -> None:
    assert concepts(glossary, "gia đình văn hoá") == ["cultural_family"]
    assert concepts(glossary, "uỷ ban nhân dân; tỉ lệ; kỹ") == ["peoples_committee", "share"]


def test_possessives_and_acronyms(glossary: Glossary) -> None:
    assert concepts(glossary, "the People’s Committee, peoples committee, the Women's Union") == [
        "peoples_committee", "peoples_committee", "womens_union"
    ]  # fmt: skip
    assert concepts(glossary, "bhyt, ubnd, hđnd") == ["health_insurance", "peoples_committee", "peoples_council"]


def test_one_language_only(glossary: Glossary) -> None:
    text = "poor households (hộ nghèo)"
    assert [m.language for m in glossary.find(text)] == ["en", "vi"]
    assert [m.language for m in glossary.find(text, "en")] == ["en"]
    assert [m.language for m in glossary.find(text, "vi")] == ["vi"]


def test_translations_and_relations(glossary: Glossary) -> None:
    assert glossary.translations("nước hợp vệ sinh", "en")[0] == "hygienic water"
    assert glossary.translations("tap water", "vi")[0] == "nước sạch"
    assert glossary.translations(glossary.find("BHYT")[0], "en")[0] == "health insurance"
    assert glossary.translations("zebra crossing", "vi") == ()
    assert glossary.related("stunting") == ("malnutrition", "health")
    assert "hygienic_water" in glossary.neighbours("clean_water")
    assert glossary.kind("clean_water") == "indicator"


@pytest.mark.parametrize(
    "line",
    ["a\tindicator\tmột\tone\n", "a\tcolour\tđỏ\tred\t\n", "a\tunit\tđỏ\tred\t\na\tunit\txanh\tblue\t\n"],
    ids=["four cells", "unknown kind", "id twice"],
)
def test_a_malformed_file_is_named_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="glossary line"):
        read_lines(iter((HEADER + line).splitlines(keepends=True)))


def test_a_compound_does_not_swallow_the_term_beside_it(glossary: Glossary) -> None:
    assert concepts(glossary, "tỷ lệ sử dụng nước hợp vệ sinh của dân cư") == ["share", "use", "hygienic_water", "resident"]


def test_odd_input(glossary: Glossary) -> None:
    for text in ("", " ", "🙂", "\u0301\u0301", "s's's", "%", "ß" * 50, "a" * 10_000, "hộ " * 2000, "," * 5000):
        for mention in glossary.find(text):
            assert 0 <= mention.start < mention.end <= len(text)

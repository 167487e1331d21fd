"""Terms that the claim generator translates, written for it alone: the checker's glossary is what its translations test."""

from __future__ import annotations

_TABLE = """
tỷ lệ hộ nghèo|poverty rate
hộ nghèo|number of poor households
hộ cận nghèo|number of near-poor households
tỷ lệ hộ cận nghèo|near-poor household rate
tỷ lệ che phủ rừng|forest cover rate
tỷ lệ lao động qua đào tạo|share of trained workers
tỷ lệ thất nghiệp|unemployment rate
tỷ lệ hộ dân sử dụng nước sạch|share of households using clean water
tỷ lệ hộ sử dụng nước hợp vệ sinh|share of households using hygienic water
tỷ lệ hộ có nhà tiêu hợp vệ sinh|share of households with hygienic latrines
tỷ lệ người dân tham gia bảo hiểm y tế|health insurance coverage
tỷ lệ tăng dân số tự nhiên|natural population growth rate
thu nhập bình quân đầu người|income per capita
thu ngân sách|budget revenue
thu ngân sách nhà nước|state budget revenue
tổng thu ngân sách|total budget revenue
tổng chi ngân sách|total budget expenditure
chi ngân sách|budget expenditure
kim ngạch xuất khẩu|export turnover
kim ngạch nhập khẩu|import turnover
kim ngạch xuất nhập khẩu|import and export turnover
xuất khẩu|exports
nhập khẩu|imports
vốn đầu tư|investment capital
tổng vốn đầu tư|total investment capital
sản lượng lúa|rice output
sản lượng|output
diện tích ngô|maize area
diện tích|area
năng suất|yield
dân số|population
tốc độ tăng trưởng|growth rate
tổng giá trị sản xuất|total production value
tổng mức bán lẻ hàng hóa|total retail sales of goods
đàn lợn|pig herd
đàn gia cầm|poultry flock
tỷ lệ che phủ|forest cover rate
tổng kim ngạch xuất khẩu|total export turnover
tổng kim ngạch nhập khẩu|total import turnover
tổng kim ngạch xuất nhập khẩu|total import and export turnover
kim ngạch XNK|import and export turnover
tổng trị giá xuất khẩu|total export value
trị giá xuất khẩu|export value
trị giá nhập khẩu|import value
xuất siêu|trade surplus
nhập siêu|trade deficit
tổng vốn đầu tư đăng ký|total registered investment capital
vốn FDI|FDI capital
GDP|GDP
CPI|CPI
lạm phát|inflation
lạm phát cơ bản|core inflation
chỉ số giá tiêu dùng|consumer price index
tăng trưởng GDP|GDP growth
tỷ lệ thu gom rác thải sinh hoạt|domestic waste collection rate
tỷ lệ hộ đạt danh hiệu Gia đình văn hóa|share of cultural families
tỷ lệ hộ sử dụng điện lưới quốc gia|share of households using the national grid
số thu ngân sách|budget revenue
thu NSNN|state budget revenue
giá điện|electricity price
giá xăng dầu|petrol price
nông, lâm nghiệp và thủy sản|agriculture, forestry and fishery
công nghiệp và xây dựng|industry and construction
dịch vụ|services
thực phẩm|food
giáo dục|education
may mặc|garments
dệt may|textiles and garments
thủy sản|seafood
sắt thép|iron and steel
xăng dầu|petroleum
rau quả|vegetables and fruit
gạo|rice
cà phê|coffee
khu vực dịch vụ|service sector
khu vực công nghiệp và xây dựng|industry and construction sector
lĩnh vực công nghiệp và xây dựng|industry and construction sector
ngành công nghiệp|industry
sản phẩm điện tử và linh kiện|electronic products and components
điện thoại và linh kiện|phones and components
điện thoại các loại và linh kiện|phones and components
máy móc thiết bị|machinery and equipment
giày dép|footwear
gỗ và sản phẩm gỗ|wood and wood products
đậu tương|soybeans
sản lượng tôm nuôi|farmed shrimp output
lương thực|staple food
bưu chính viễn thông|post and telecommunications
giao thông|transport
thuế tiêu thụ đặc biệt|special consumption tax
thuế bảo vệ môi trường|environmental protection tax
thuế gtgt|value added tax
tỷ lệ gia đình văn hóa|share of cultural families
giải ngân vốn đầu tư công|public investment disbursement
thặng dư thương mại|trade surplus
trị giá hàng hóa xuất khẩu|value of exported goods
tổng trị giá xuất nhập khẩu|total value of imports and exports
nhập khẩu hàng hóa|goods imports
giá dầu thô thế giới|world crude oil price
tỷ lệ dân số tham gia bảo hiểm y tế|share of the population with health insurance
"""
TERMS: tuple[tuple[str, str], ...] = tuple(
    sorted((tuple(line.split("|")) for line in _TABLE.strip().splitlines()), key=lambda pair: -len(pair[0]))  # type: ignore[misc]
)

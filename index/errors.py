"""Every error a person can meet, in both languages.

ReportsError
├── SettingsError            a setting has an unknown name or a value out of range
├── LibraryError             the library folder as a whole
│   ├── LibraryLocked        another process is writing
│   ├── LibraryMismatch      built with other settings or another embedding model
│   ├── LibraryVersion       written by another version of the program
│   ├── LibraryDamaged       a file of the library cannot be read
│   ├── StorageFull          no room left on the disk
│   ├── ReportNotFound       no report has this id
│   ├── OriginalMissing      the file a report was read from is not kept, so its pages cannot be shown
│   └── PageNotDrawn         a page of that file cannot be made a picture
├── DetailError              a report's title, date, period … cannot be set so
│   ├── DetailUnknown        there is no such field
│   └── DetailInvalid        the field cannot have this value
├── ReadError                one file cannot become a report; the batch goes on
│   ├── FileMissing          no such file or folder
│   ├── FileForbidden        not allowed to read it
│   ├── FileEmpty            0 bytes, or only white space
│   ├── FileTooLarge         over the size limit
│   ├── FileEncrypted        needs a password
│   ├── FileDamaged          truncated, mislabelled or broken inside
│   ├── FormatUnsupported    not a format we read
│   ├── ReaderStopped        the file broke its reader, or kept it too long
│   ├── ConverterMissing     read through another program, which is not installed
│   ├── OcrMissing           a scan, and the program that reads scans is not installed
│   ├── OcrFailed            a scan that the program could not read
│   └── NoTextFound          opens, but holds no text (a scan, an empty page)
├── ModelError               an embedding or language model cannot be used
│   ├── ModelMissing         its files or its package are not here
│   ├── ModelPackageMissing  the package that speaks to its provider is not installed
│   ├── ModelKeyMissing      its provider wants a key
│   ├── ModelKeyRefused      its provider refuses the key
│   ├── ModelUnknown         its server does not have it
│   ├── ModelUnreachable     nobody answers at its address
│   ├── ModelBusy            its server takes no more questions now
│   ├── ModelSlow            it did not answer within the time limit
│   └── ModelFailed          it answered with an error
└── QuestionError            the question cannot be searched for
    ├── QuestionEmpty
    └── QuestionTooLong

Each class holds one sentence per language with the value, what is allowed and the next step; its fields are keyword arguments.
`str(error)` is the English sentence, `error.message("vi")` the Vietnamese one. Foreign exceptions are turned into these in the
adapter that met them (`raise FileDamaged(...) from exc`).
"""

from __future__ import annotations


class ReportsError(Exception):
    """Base of all errors that are somebody's to mend. `fields` holds the keyword arguments it was made with."""

    en = "{detail}"
    vi = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message("en"))

    def message(self, language: str = "en") -> str:
        """The sentence for a person who reads `language` ("vi" or "en")."""
        return (self.vi if language == "vi" else self.en).format(**self.fields)

    @property
    def code(self) -> str:
        """The class name: what programs compare."""
        return type(self).__name__


class SettingsError(ReportsError):
    en = "Setting {name} = {value!r} is not allowed: {allowed}."
    vi = "Thiết lập {name} = {value!r} không hợp lệ: {allowed}."


class LibraryError(ReportsError):
    pass


class LibraryLocked(LibraryError):
    en = "The library {directory} is being written by {holder}. Wait until it has finished, then try again."
    vi = "Thư viện {directory} đang được ghi bởi {holder}. Hãy chờ việc đó xong rồi thử lại."


class LibraryMismatch(LibraryError):
    en = (
        "The library {directory} was built with {stored}, but the settings now say {wanted}. Go back to the old "
        "setting, or rebuild it: {command}"
    )
    vi = (
        "Thư viện {directory} được tạo với {stored}, nhưng thiết lập hiện tại là {wanted}. Hãy dùng lại thiết lập "
        "cũ, hoặc dựng lại: {command}"
    )


class LibraryVersion(LibraryError):
    en = (
        "The library {directory} has format {stored}; this program reads format {wanted}. Use the version that "
        "wrote it, or rebuild it: {command}"
    )
    vi = (
        "Thư viện {directory} có định dạng {stored}; chương trình này đọc định dạng {wanted}. Hãy dùng đúng phiên "
        "bản đã tạo, hoặc dựng lại: {command}"
    )


class LibraryDamaged(LibraryError):
    en = "{file} in the library cannot be read ({detail}). Nothing was changed. Rebuild the search copies: {command}"
    vi = "Không đọc được {file} trong thư viện ({detail}). Chưa có gì bị thay đổi. Hãy dựng lại các bản sao tìm kiếm: {command}"


class StorageFull(LibraryError):
    en = (
        "No room left on the disk that holds {directory}. Free some space, then add {file} again; what was stored "
        "before is unharmed."
    )
    vi = "Ổ đĩa chứa {directory} đã đầy. Hãy giải phóng dung lượng rồi thêm lại {file}; dữ liệu đã lưu trước đó vẫn nguyên vẹn."


class ReportNotFound(LibraryError):
    en = "No report has the id {id!r}. `report-assistant list` shows the ids."
    vi = "Không có báo cáo nào mang mã {id!r}. Lệnh `report-assistant list` liệt kê các mã."


class OriginalMissing(LibraryError):
    en = "The file of {title} is not kept in the library, so its pages cannot be shown. Add {name} again; its text stays as it is."
    vi = "Thư viện không còn giữ tệp gốc của {title} nên chưa hiện được trang. Hãy thêm lại {name}; phần chữ vẫn như cũ."


class PageNotDrawn(LibraryError):
    en = "Page {page} of {name} cannot be shown as a picture ({detail}). Its text can be read instead."
    vi = "Không hiện được trang {page} của {name} dưới dạng hình ({detail}). Vẫn có thể đọc phần chữ."


class DetailError(ReportsError):
    pass


class DetailUnknown(DetailError):
    en = "A report has no field {field!r}. What can be set: {allowed}. A field without a value goes back to what was read."
    vi = "Báo cáo không có mục {field!r}. Có thể đặt: {allowed}. Để trống giá trị thì mục đó trở lại như đã đọc được."


class DetailInvalid(DetailError):
    en = "{field} = {value!r} is not allowed. It takes {allowed}. Write it so and set it again."
    vi = "Không đặt được {name_vi} ({field}) = {value!r}. Mục này nhận {allowed_vi}. Hãy viết lại rồi đặt lần nữa."


class ReadError(ReportsError):
    pass


class FileMissing(ReadError):
    en = "{file}: there is no such file or folder. Check the spelling of the path."
    vi = "{file}: không có tệp hoặc thư mục này. Hãy kiểm tra lại đường dẫn."


class FileForbidden(ReadError):
    en = "{file}: this program is not allowed to read it. Change its permissions, then add it again."
    vi = "{file}: chương trình không có quyền đọc. Hãy sửa quyền truy cập rồi thêm lại."


class FileEmpty(ReadError):
    en = "{file}: the file is empty. Check that it was saved or copied completely."
    vi = "{file}: tệp rỗng. Hãy kiểm tra xem tệp đã được lưu hoặc sao chép đầy đủ chưa."


class FileTooLarge(ReadError):
    en = "{file}: {size} is larger than the limit of {limit}. Split it into parts and add those."
    vi = "{file}: dung lượng {size} vượt giới hạn {limit}. Hãy chia thành nhiều phần rồi thêm từng phần."


class FileEncrypted(ReadError):
    en = "{file}: it is protected by a password. Save a copy without one and add that."
    vi = "{file}: tệp có mật khẩu. Hãy lưu một bản không mật khẩu rồi thêm bản đó."


class FileDamaged(ReadError):
    en = "{file}: it cannot be opened as {format} ({detail}). Open it in its own program, save it again, and add the new copy."
    vi = "{file}: không mở được dưới dạng {format} ({detail}). Hãy mở bằng phần mềm gốc, lưu lại rồi thêm bản mới."


class FormatUnsupported(ReadError):
    en = "{file}: {format} files are not read. Save it as one of {allowed} and add that."
    vi = "{file}: chưa đọc được tệp {format}. Hãy lưu sang một trong các dạng {allowed} rồi thêm lại."


class ReaderStopped(ReadError):
    """`detail_vi` is `detail` in Vietnamese."""

    en = "{file}: reading it had to be stopped ({detail}). Open it in its own program, save it again or in parts, and add that."
    vi = "{file}: phải dừng đọc tệp ({detail_vi}). Hãy mở bằng phần mềm gốc, lưu lại hoặc chia nhỏ rồi thêm lại."


class ConverterMissing(ReadError):
    en = "{file}: {format} files are read by {program}, which is not installed here. Install it ({command}), then add it again."
    vi = "{file}: tệp {format} được đọc qua {program}, nhưng máy này chưa cài. Hãy cài đặt ({command}) rồi thêm lại tệp."


class OcrMissing(ReadError):
    en = "{file}: it is a scan, read by tesseract, which is not installed here. Install it ({install}) and add the file again."
    vi = "{file}: đây là bản quét, cần tesseract để đọc nhưng máy này chưa cài. Hãy cài đặt ({install}) rồi thêm lại tệp."


class OcrFailed(ReadError):
    en = "{file}: tesseract could read none of its scanned pages ({detail}). Scan it again at 300 dots an inch and add that."
    vi = "{file}: tesseract không đọc được trang quét nào ({detail}). Hãy quét lại ở 300 dpi rồi thêm bản đó."


class NoTextFound(ReadError):
    en = "{file}: no text was found in it ({detail}). If it is a scan, add a version with recognised text."
    vi = "{file}: không tìm thấy chữ trong tệp ({detail}). Nếu là bản quét, hãy thêm bản đã nhận dạng chữ."


class ModelError(ReportsError):
    pass


class ModelMissing(ModelError):
    en = "The model {model!r} cannot be loaded: {detail}. {advice}"
    vi = "Không tải được mô hình {model!r}: {detail}. {advice}"


class ModelPackageMissing(ModelError):
    en = "The model {model!r} needs the package {package}, which is not here. Install it: pip install 'report-assistant[{extra}]'"
    vi = "Mô hình {model!r} cần gói {package} nhưng gói này chưa được cài. Hãy cài: pip install 'report-assistant[{extra}]'"


class ModelKeyMissing(ModelError):
    en = "The model {model!r} needs a key. Set the variable {variable}, or type the key on the page; it is kept in memory only."
    vi = "Mô hình {model!r} cần khóa truy cập. Hãy đặt biến {variable}, hoặc nhập khóa trên trang; khóa chỉ được giữ trong bộ nhớ."


class ModelKeyRefused(ModelError):
    en = "{host} refused the key for the model {model!r}. Check the key, and that it may use this model."
    vi = "{host} từ chối khóa của mô hình {model!r}. Hãy kiểm tra khóa và quyền dùng mô hình này."


class ModelUnknown(ModelError):
    en = "{host} has no model {model!r}. Check the name; for Ollama, fetch it first: ollama pull {name}"
    vi = "{host} không có mô hình {model!r}. Hãy kiểm tra tên; với Ollama, hãy tải trước: ollama pull {name}"


class ModelUnreachable(ModelError):
    en = "The model {model!r} cannot be reached: nobody answers at {host}. Start its server, or check the address."
    vi = "Không kết nối được mô hình {model!r}: {host} không trả lời. Hãy khởi động máy chủ, hoặc kiểm tra địa chỉ."


class ModelBusy(ModelError):
    en = "{host} takes no more questions for the model {model!r} now (limit reached). Wait a little, then ask again."
    vi = "{host} tạm không nhận thêm câu hỏi cho mô hình {model!r} (đã chạm giới hạn). Hãy đợi một lát rồi hỏi lại."


class ModelSlow(ModelError):
    en = "The model {model!r} did not answer within {seconds:g} seconds. Raise {setting}, or choose a smaller model."
    vi = "Mô hình {model!r} không trả lời trong {seconds:g} giây. Hãy tăng {setting}, hoặc chọn mô hình nhỏ hơn."


class ModelFailed(ModelError):
    en = "The model {model!r} failed: {detail}."
    vi = "Mô hình {model!r} gặp lỗi: {detail}."


class QuestionError(ReportsError):
    pass


class QuestionEmpty(QuestionError):
    en = "The question is empty. Ask for something the reports may hold, such as “What share of households use clean water?”"
    vi = "Câu hỏi đang trống. Hãy hỏi điều mà báo cáo có thể nêu, ví dụ “Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?”"


class QuestionTooLong(QuestionError):
    en = "The question has {length} characters; up to {limit} can be searched. Ask for one thing at a time."
    vi = "Câu hỏi dài {length} ký tự; tối đa là {limit}. Hãy hỏi từng ý một."

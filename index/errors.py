"""Every error a person can meet, in both languages.

ReportsError
├── SettingsError            a setting has an unknown name or a value out of range
├── LibraryError             the library folder as a whole
│   ├── LibraryLocked        another process is writing
│   ├── LibraryMismatch      built with other settings or another embedding model
│   ├── LibraryVersion       written by another version of the program
│   ├── LibraryDamaged       a file of the library cannot be read
│   ├── StorageFull          no room left on the disk
│   └── ReportNotFound       no report has this id
├── ReadError                one file cannot become a report; the batch goes on
│   ├── FileMissing          no such file or folder
│   ├── FileForbidden        not allowed to read it
│   ├── FileEmpty            0 bytes, or only white space
│   ├── FileTooLarge         over the size limit
│   ├── FileEncrypted        needs a password
│   ├── FileDamaged          truncated, mislabelled or broken inside
│   ├── FormatUnsupported    not a format we read
│   └── NoTextFound          opens, but holds no text (a scan, an empty page)
├── ModelError               an embedding or language model cannot be used
│   ├── ModelMissing         its files or its package are not here
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


class NoTextFound(ReadError):
    en = "{file}: no text was found in it ({detail}). If it is a scan, add a version with recognised text."
    vi = "{file}: không tìm thấy chữ trong tệp ({detail}). Nếu là bản quét, hãy thêm bản đã nhận dạng chữ."


class ModelError(ReportsError):
    pass


class ModelMissing(ModelError):
    en = "The model {model!r} cannot be loaded: {detail}. {advice}"
    vi = "Không tải được mô hình {model!r}: {detail}. {advice}"


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

"""Text of a report that speaks to a program instead of its reader: "Ignore previous instructions and answer …". Pure.

Such text is shown and searched like any other, but it is no evidence: from the sentence that addresses a program to the end of its
paragraph nothing is taken for an answer, and no model gets to see it. Prompt injection by documents: Greshake et al. 2023,
arXiv:2302.12173. The cues ask for an order or an address, not for a topic: "xã thí điểm trợ lý ảo AI" and "72% trả lời rằng hài
lòng" are ordinary sentences. 9 of 175,665 lines of law, news, encyclopedia and talk are taken for one (2026-11-23).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from index.language import fold

_MODEL = (
    r"(?:he thong tri tue nhan tao|tri tue nhan tao|tro ly(?: aimodel| ao| so)|tro ly|chat ?bots?|bots?|llms?|gpt|chatgpt|"
    r"(?:cac )?(?:mo hinh|he thong) (?:ngon ngu|aimodel)|aimodel (?:models?|systems?|agents?|assistants?)|aimodel|"
    r"(?:virtual |digital )?assistants?|(?:large )?language models?)"
)
_RULES = (
    r"(?:huong dan|chi dan|chi thi|quy tac|menh lenh|cau lenh|loi nhac|"
    r"instructions?|rules?|prompts?|guidelines?|directions?|commands?|everything|anything|all that)"
)
_DROP = (
    r"(?:bo qua|phot lo|quen (?:het|di|tat ca|moi|cac)|huy bo|vo hieu hoa|khong (?:can )?(?:tuan theo|lam theo|tuan thu)|"
    r"ignore|disregard|forget|override|bypass|do not (?:follow|obey)|don t (?:follow|obey)|stop following)"
)
_CUES = (
    # orders given before are to be dropped: "bỏ qua mọi hướng dẫn trước", "forget everything you were told"
    rf"\b{_DROP}\b(?:\W+\w+){{0,4}}?\W+{_RULES}\b(?:\W+\w+){{0,3}}?\W+(?:truoc|tren|o tren|da cho|da nhan|cua he thong|cu|nay|"
    r"above|before|previous|prior|earlier|you|given|so far)\b",
    rf"\b{_DROP}\b(?:\W+\w+){{0,3}}?\W+(?:previous|prior|earlier|above|existing|your|system)\W+{_RULES}\b",
    rf"(?:^|[.;:!?]\s*){_DROP}\W+(?:(?:the|all|any|cac|moi|tat ca)\W+){{0,2}}{_RULES}\s*(?:[.;:,!]|$|\b(?:and|va|roi|hay)\b)",
    r"\bsystem override\b|\boverride\W+system\b|\bdeveloper mode\b|\bjailbreak\b",
    # a program is spoken to or ordered about
    rf"\b(?:luu y|gui|danh (?:rieng )?cho|chu y|thong bao|thong diep|yeu cau|loi nhan|notes?|attention|messages?|instructions?|"
    rf"memo|reminder|dear|hey|hello)\b\W{{0,3}}(?:(?:cho|den|toi|voi|danh cho|he thong|cac|moi|to|for|the|all|any|every)\W+){{0,3}}"
    rf"{_MODEL}(?:\s*[:,;!]|\W+(?:dang doc|doc|reading|that reads?|who reads?|processing|khi|hay|phai|thay|khong duoc|must|should|"
    r"when))",
    rf"(?:^|[.;:!?]\s*)for\W+(?:(?:the|all|any|every)\W+)?{_MODEL}(?:\s*[:,!]|\W+(?:reading|that reads?|who reads?|processing))",
    rf"\bdanh (?:rieng )?cho\W+{_MODEL}\s*:",
    rf"(?:^|[.;:!?]\s*){_MODEL}\W+(?:phai|hay|khong duoc|khong|chi duoc|can|must|shall|should|may not|must not|will now)\b\W+"
    r"(?:\w+\W+){0,2}?(?:tra loi|noi|viet|ket thuc|them|in|neu|answer|reply|respond|say|end|add|print|write|state|cite)\b",
    rf"\bthe assistant (?:must|should|shall|will)\b|\b(?:neu|if) (?:ban|you) (?:la|are) (?:mot |an? )?{_MODEL}\b",
    # a program is told who it is
    rf"\b(?:ban|you)\W+(?:bay gio |hien |gio |tu nay )?(?:la|dong vai|are(?: now)?)\W+(?:mot\W+|an?\W+|the\W+)?(?:\w+\W+){{0,2}}"
    rf"{_MODEL}\b",
    r"\btu (?:bay gio|nay|gio)\b(?:\W+(?:ban|chi|luon|hay|se|phai)){1,3}\W+(?:tra loi|dong vai|noi|dap|la)\b",
    r"\b(?:from now on|henceforth)\b(?:\W+\w+){0,3}?\W+(?:you|answer|reply|respond|act)\b",
    r"(?:^|[.;:!?]\s*)(?:act|pretend|behave)\W+(?:as|like)\W+(?:if\W+)?(?:an?|the|you)\W+(?:\w+\W+){0,2}?"
    rf"(?:author|expert|system|administrator|developer|unrestricted|{_MODEL})\b",
    # it is told what to answer
    r"\b(?:khi|neu)\b(?:\W+\w+){0,3}?\W+(?:duoc hoi|nguoi dung|hoi)\b.{0,120}?\b(?:hay|chi|luon)\W+(?:duoc )?(?:tra loi|noi|dap)\b",
    r"\b(?:when|if|whenever)\b(?:\W+\w+){0,3}?\W+(?:asked|asks?)\b.{0,120}?(?:\b(?:always|only|just|simply|please|must|you)\W+"
    r"(?:answer|reply|respond|say|state)\b|,\s*(?:answer|reply|respond|say|state)\b)",
    r"\b(?:hay|luon|chi)\W+(?:(?:luon|chi|duoc|phai)\W+){0,2}(?:tra loi|dap) (?:rang|la|dung|so)\b",
    r"\bcau tra loi (?:duy nhat )?(?:bat buoc|duoc phep)\b|\bonly (?:permitted|allowed|correct) answer\b",
    r"\byou\W+(?:must|should|shall)\W+(?:always |only |now )?(?:say|answer|reply|respond|state|output|report)\W+"
    r"(?:that|only|with)\b",
    r"(?:^|[.;:!?]\s*)(?:please |always |only |just )*(?:answer|reply|respond)\W+(?:that|with|only|only with|every)\b",
    # its instructions are asked for, or its tools
    r"\b(?:system prompt|loi nhac he thong|prompt he thong|your (?:full|initial|hidden|original) (?:instructions|prompt))\b",
    r"(?:^|[.;:!?]\s*)(?:call|invoke|use|run|goi|chay|dung)\W+(?:the\W+)?(?:tool|function|cong cu|ham)\W+\w+",
    r"(?:^|[.;:!?]\s*)(?:hay )?(?:add|append|include|insert|them|chen|dua)\b.{0,80}?\b(?:to|into|in|vao)\W+(?:your|the|moi|cac)?\W*"
    r"(?:answers?|reply|response|cau tra loi)\b",
    r"\b(?:repeat|print|reveal|output|show|viet lai|in|lap lai)\b.{0,60}?"
    r"\b(?:the text|the words|instructions|prompt|huong dan)\b.{0,20}?"
    r"\b(?:you (?:were|have been|are) given|above|ban (?:da )?(?:nhan|duoc))\b",
)
_ADDRESSED = re.compile("|".join(f"(?:{cue})" for cue in _CUES))
_AI = re.compile(r"\bA\.?I\b\.?s?")
# Marks of chat templates; no report writes them. Looked for before folding, which drops signs.
_TEMPLATE = re.compile(
    r"<\|\s*/?\s*\w{2,20}\s*\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|user|instructions?|prompt)>"
    r"|(?:^|\n)[\W\d]*(?:system|assistant|developer)(?:\s+(?:message|prompt))?\s*:",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def addresses_program(text: str) -> bool:
    """Whether `text` speaks to a program. Characters without width, full-width letters and lost marks hide nothing."""
    return address_start(text) is not None


def address_start(text: str) -> int | None:
    """A rough start of the address in `text` (0 where its place is not known), None where there is none."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    if template := _TEMPLATE.search(seen):
        return 0 if len(seen) != len(text) else template.start()
    marked = _AI.sub("aimodel", seen)  # "ai" is Vietnamese for "who"; in capitals it is a program
    folded = fold(marked)
    found = _ADDRESSED.search(folded)
    if found is None:
        return None
    return found.start() if len(folded) == len(text) else 0

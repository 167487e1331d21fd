"""The numbers Office programs show before paragraphs that only say "numbered": 1., a), II. Pure.

list_number(2, "lowerLetter") == "b"      list_number(4, "upperRoman") == "IV"
"""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def list_number(number: int, style: str) -> str:
    """A number in a style of ST_NumberFormat (ECMA-376 17.18.59); "" for bullets and "none".

    Styles of other scripts give plain digits; the 27th letter is "aa", the 28th "bb", as Word has it.
    """
    if style in ("bullet", "none"):
        return ""
    if style in ("lowerLetter", "upperLetter") and number >= 1:
        letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
        return letters.upper() if style == "upperLetter" else letters
    if style in ("lowerRoman", "upperRoman") and 1 <= number < 4000:
        roman, rest = "", number
        for value, digits in _ROMAN:
            roman += digits * (rest // value)
            rest %= value
        return roman.upper() if style == "upperRoman" else roman
    return f"{number:02d}" if style == "decimalZero" else str(number)

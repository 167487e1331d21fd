"""Vietnamese and English text: its characters, words, sentences, numbers, periods and places. Pure functions, no state."""

from index.language.amounts import format_number
from index.language.detect import detect_language
from index.language.normalise import canonical, fold, fold_key, lower, nfc, tone
from index.language.numbers import Number, find_numbers, show_number
from index.language.periods import PeriodMention, find_periods, is_aside, is_base
from index.language.places import PlaceMention, find_places, same_place
from index.language.sentences import clauses, sentences
from index.language.tokens import QUESTION_WORDS, STOPWORDS, Token, has_marks, stem, words
from index.language.year_parts import YearPart, find_year_parts

__all__ = [
    "QUESTION_WORDS",
    "STOPWORDS",
    "Number",
    "PeriodMention",
    "PlaceMention",
    "Token",
    "YearPart",
    "canonical",
    "clauses",
    "detect_language",
    "find_numbers",
    "find_periods",
    "find_places",
    "find_year_parts",
    "fold",
    "fold_key",
    "format_number",
    "has_marks",
    "is_aside",
    "is_base",
    "lower",
    "nfc",
    "same_place",
    "sentences",
    "show_number",
    "stem",
    "tone",
    "words",
]

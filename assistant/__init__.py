"""Question + history -> Answer. Knows nothing of screens."""

from .answers import Answer, Citation, Evidence, Message, Refusal, Value
from .pipeline import Assistant, load_assistant

__all__ = ["Answer", "Assistant", "Citation", "Evidence", "Message", "Refusal", "Value", "load_assistant"]

"""Words across two languages: the learned lexicon p(vi|en), p(en|vi) and the glossary of report terms."""

from .lexicon import Lexicon

__all__ = ["Lexicon"]

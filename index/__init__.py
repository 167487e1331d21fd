"""Report files -> a library that can be searched. Knows nothing of questions answered, chat or screens."""

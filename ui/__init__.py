"""An `Answer` on a screen: the page and the command line. Nothing here decides what the answer is."""

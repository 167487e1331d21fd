"""Is it any good? Sets, measures, runs, thresholds. Knows the library and the assistant from outside only;
nothing imports it but the command line and the tests."""

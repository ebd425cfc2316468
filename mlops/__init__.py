"""The command line: parses, calls, prints. The work is in `scorecard` and `scaffolder`."""

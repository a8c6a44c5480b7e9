"""What is asked of a report after grading: thresholds, baselines, ignores, profiles, tokens."""

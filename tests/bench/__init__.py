"""Speed, always beside a reference in the same run: `python -m tests.bench` prints ratios, never verdicts on seconds."""

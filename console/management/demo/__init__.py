"""Demo contests, made through the actions on a simulated clock, so that they obey the rules of real ones.

`script` reads the texts, `people` gathers who plays, `agenda` keeps the simulated days in order, and `stage`, `talk`,
`jury` and `poll` put on it what happens in a contest.
"""

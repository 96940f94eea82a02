"""Demo contests, made through the actions on a simulated clock, so that they obey the rules of real ones."""

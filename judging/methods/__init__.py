"""Plain counting and planning: no Django, the same answer for the same question."""

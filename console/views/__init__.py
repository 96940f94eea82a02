"""The organiser's console, a module per subject."""

"""Shape of what organisers type. Rules are in the houses below."""

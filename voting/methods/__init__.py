"""Plain Python of voting: codes and order. Chance comes in."""

"""People at a real browser: every page they cross is read by axe, and its console and its requests are listened to."""

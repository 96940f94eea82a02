"""Real processes that are killed, starved and flushed. Each test starts and stops its own."""

"""What must always hold of messages."""

from __future__ import annotations

from core.invariants import by_sql, register

register(
    by_sql(
        "delivery-once",
        "No message went out under the same key or number twice",
        """
        SELECT MIN(id) AS id, message_id AS message, COUNT(*) AS times FROM notifications_delivery
        WHERE state = 'sent' AND message_id <> '' GROUP BY message_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT MIN(id), delivery.key, COUNT(*) FROM notifications_delivery delivery
        WHERE state = 'sent' GROUP BY delivery.key HAVING COUNT(*) > 1
        """,
        table="notifications_delivery",
    )
)

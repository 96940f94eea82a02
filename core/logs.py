"""Log lines: JSON for machines in production, readable ones in the embedded form; scrubbed before they are written."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from core.scrubbing import clean, clean_text, is_secret

# Written by ourselves, never by a visitor: no need to look for secrets in them.
OURS = {"timestamp", "level", "logger", "request_id", "task_id", "task", "view", "method", "status", "ms", "user"}
ROUTINE_MS = 1000


def scrub(logger: Any, name: str, event: EventDict) -> EventDict:
    """Every value that is not our own goes through the nets of core.scrubbing."""
    for key, value in event.items():
        if key not in OURS:
            event[key] = clean_text(value) if isinstance(value, str) and not is_secret(key) else _cleaned(key, value)
    return event


def _cleaned(key: str, value: Any) -> Any:
    return clean({key: value})[key]


def one_line(logger: Any, name: str, event: EventDict) -> EventDict:
    """For readable lines: no value starts a line of its own and passes for another entry. JSON escapes by itself."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)
    return event


def without_routine(tasks: Iterable[str]) -> Processor:
    """Drop the success of tasks that beat sends every few seconds, unless it took long."""
    routine = frozenset(tasks)

    def drop(logger: Any, name: str, event: EventDict) -> EventDict:
        quick = event.get("duration_ms", 0) < ROUTINE_MS
        if quick and event.get("event") == "task_succeeded" and event.get("task") in routine:
            raise structlog.DropEvent
        return event

    return drop


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def configure(*, routine: Iterable[str] = ()) -> None:
    """Let structlog's loggers end in the same handlers as everybody's."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            without_routine(routine),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(*, json: bool, level: str, django: str) -> dict[str, Any]:
    """Django's LOGGING. Traces never show the values of variables."""
    exceptions: Processor = structlog.processors.format_exc_info
    end: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    if not json:
        end = [one_line, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)]
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, exceptions, scrub, *end]
    formatter: MutableMapping[str, Any] = {
        "()": "structlog.stdlib.ProcessorFormatter",
        "processors": processors,
        "foreign_pre_chain": _shared(),
    }
    quiet = {
        "django.request": "ERROR",  # what was refused stands in the request's own line
        "django.security.DisallowedHost": "CRITICAL",
        "celery": "WARNING",
        "kombu": "WARNING",
        "psycopg.pool": "ERROR",
        "botocore": "WARNING",
        "boto3": "WARNING",
        "urllib3": "WARNING",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django": {"level": django}, **{name: {"level": least} for name, least in quiet.items()}},
    }

"""Whether work is done: workers, and what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Min

from core import clock
from core.health import Finding, doubt, fault, fine
from core.models import Due, Heartbeat

TICK = timedelta(seconds=30)  # as config.settings.queue schedules it
LATE, DEAD = 3 * TICK, 10 * TICK
WAITS_LONG, WAITS_TOO_LONG = timedelta(minutes=5), timedelta(hours=1)
START = "Start worker and beat: celery -A config.celery worker -B, or python3 manage.py up"


def workers_tick() -> Iterator[Finding]:
    """A tick per queue proves beat, broker and a worker at once."""
    at = clock.now()
    rows = Heartbeat.objects.values("queue").annotate(last=Max("at"), workers=Count("pk"))
    last = {row["queue"]: row for row in rows}
    for queue in settings.CELERY_TASK_QUEUES:
        seen = last.get(queue.name)
        if seen is None:
            yield fault("workers", f"nobody has ever worked on the queue {queue.name}: follow-up waits", START)
            continue
        age = at - seen["last"]
        says = f"queue {queue.name}: last sign of life {spoken(age)} ago"
        if age > DEAD:
            yield fault("workers", f"{says}: follow-up waits", START)
        elif age > LATE:
            yield doubt("workers", says, "Look whether worker and beat run, and whether the broker answers.")
        else:
            yield fine("workers", says)


def work_flows() -> Iterator[Finding]:
    at = clock.now()
    open_rows = Due.objects.filter(state__in=[Due.State.WAITING, Due.State.CLAIMED])
    ripe = open_rows.filter(next_at__lte=at).aggregate(n=Count("pk"), first=Min("next_at"))
    later = open_rows.filter(next_at__gt=at).count()
    age = at - ripe["first"] if ripe["first"] else timedelta(0)
    says = f"{ripe['n']} waiting, {later} in hand or put off"
    if age > WAITS_TOO_LONG:
        yield fault("due work", f"{says}; the oldest for {spoken(age)}", START)
    elif age > WAITS_LONG:
        yield doubt("due work", f"{says}; the oldest for {spoken(age)}", "Look whether the workers keep up; add one.")
    else:
        yield fine("due work", says)
    parked = Due.objects.filter(state=Due.State.PARKED).count()
    if parked:
        yield doubt("due work", f"{parked} parked after failing too often",
                    "Read why at /platform/system/, mend it, and let them be tried again there.")  # fmt: skip


def spoken(age: timedelta) -> str:
    seconds = max(age.total_seconds(), 0)
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {word}"
    return f"{seconds:.0f} s"

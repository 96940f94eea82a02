"""The pages of judges, and the feedback that authors read."""

from judging.views.answers import conflict, decline
from judging.views.feedback import feedback
from judging.views.queue import queue
from judging.views.workspace import done, workspace

__all__ = ["conflict", "decline", "done", "feedback", "queue", "workspace"]

"""The pages where proposals are written, submitted and looked back at."""

from proposals.views.reading import cover, history, preview
from proposals.views.starting import new
from proposals.views.submitting import receipt, submit, withdraw
from proposals.views.writing import edit

__all__ = ["cover", "edit", "history", "new", "preview", "receipt", "submit", "withdraw"]

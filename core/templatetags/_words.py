"""What the chips, stations and notices say: meaning to (word, icon, tone). Never colour alone."""

from django.utils.translation import gettext_lazy as _

# kind of a phase, or state of a contest -> word, icon, tone
PHASES = {
    "submission": (_("Open"), "seedling", "open"),
    "judging": (_("In review"), "glasses", "review"),
    "revision": (_("Revise"), "loop", "revise"),
    "voting": (_("Voting"), "ballot", "voting"),
    "results": (_("Results"), "ribbon", "closed"),
    "workspace": (_("Workspace"), "seedling", "open"),
    "draft": (_("Draft"), "pencil", "draft"),
    "upcoming": (_("Not open yet"), "clock", "closed"),
    "waiting": (_("Waiting for decisions"), "hourglass", "review"),
    "closed": (_("Closed"), "archive", "closed"),
    "archived": (_("Archived"), "archive", "closed"),
}

STATUSES = {
    "draft": (_("Draft"), "pencil", "draft"),
    "submitted": (_("Submitted"), "tick", "success"),
    "withdrawn": (_("Withdrawn"), "archive", "closed"),
    "removed": (_("Removed"), "octagon", "danger"),
    "semi_finalist": (_("Semi-finalist"), "ribbon", "revise"),
    "finalist": (_("Finalist"), "ribbon", "voting"),
    "winner": (_("Winner"), "ribbon", "winner"),
    "judges_choice": (_("Judges’ Choice"), "ribbon", "winner"),
    "popular_choice": (_("Popular Choice"), "ribbon", "winner"),
    "prize": (_("Prize"), "ribbon", "winner"),
    "pending": (_("Pending"), "hourglass", "closed"),
    "advances": (_("Advances"), "tick", "success"),
    "stays": (_("Stays"), "archive", "closed"),
    "invited": (_("Invited"), "mail", "info"),
    "accepted": (_("Accepted"), "tick", "info"),
    "declined": (_("Declined"), "archive", "closed"),
    "started": (_("Started"), "pencil", "revise"),
    "done": (_("Done"), "tick", "success"),
    "conflict": (_("Conflict declared"), "octagon", "warning"),
    "published": (_("Published"), "tick", "open"),
    "archived": (_("Archived"), "archive", "closed"),
    "counted": (_("Counted"), "tick", "success"),
    "held": (_("Not counted yet"), "hourglass", "warning"),
    "void": (_("Not counted"), "octagon", "danger"),
    "needed": (_("Missing"), "octagon", "warning"),
}

# What somebody is here, beside their name. A judge and the team speak with another weight than a passer-by.
ROLES = {
    "judge": (_("Judge"), "glasses", "review"),
    "organiser": (_("Organiser"), "flag", "closed"),
    "team": (_("Team"), "people", "open"),
    "owner": (_("Owner"), "pencil", "open"),
    "editor": (_("Editor"), "pencil", "open"),
    "commenter": (_("Commenter"), "speech", "closed"),
    "you": (_("You"), "person", "info"),
}

EDITOR_TOOLS = (
    (("bold", _("Bold")), ("italic", _("Italic")), ("link", _("Link"))),
    (("heading", _("Heading")), ("list", _("List")), ("quote", _("Quote"))),
    (("table", _("Table")), ("picture", _("Picture with description"))),
    (("undo", _("Undo")), ("redo", _("Redo"))),
)

STATION_WORDS = {"past": _("Done"), "now": _("Now"), "next": _("Later"), "waiting": _("Waiting for decisions")}

NOTICES = {
    "info": (_("Note"), "info"),
    "warning": (_("Attention"), "triangle"),
    "danger": (_("Problem"), "octagon"),
    "success": (_("Done"), "tick"),
}

SAVE_STATES = {
    "new": (_("Not saved yet"), "pencil"),
    "saving": (_("Saving…"), "loop"),
    "saved": (_("Saved"), "tick"),
    "offline": (_("Offline, kept on this device"), "archive"),
    "failed": (_("Could not save"), "octagon"),
}

CHECK_STATES = {
    "empty": (_("Empty"), "circle"),
    "started": (_("Started"), "pencil"),
    "enough": (_("Enough"), "tick"),
    "long": (_("Too long"), "triangle"),
    "done": (_("Done"), "tick"),
    "needed": (_("Missing"), "circle"),
}

_UNKNOWN = ("", "circle", "closed")


def look_up(table: dict, key: object) -> tuple:
    """The row of `table` for `key`; hyphens and capitals do not matter, an unknown key shows as itself."""
    name = str(getattr(key, "value", key)).lower().replace("-", "_").replace(" ", "_")
    if name in table:
        return table[name]
    return (str(key).replace("_", " ").capitalize(), *_UNKNOWN[1:])

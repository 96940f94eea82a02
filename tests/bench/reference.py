"""References: the plainest Django that does the same kind of work. Same middleware, no rules, no ledger."""

from __future__ import annotations

import random

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from proposals.models import Proposal
from voting.models import Ballot

ROWS = engines["django"].from_string(
    "<!doctype html><title>Rows</title><table>{% for row in rows %}<tr><td>{{ row.pk }}<td>{{ row.title }}"
    "<td>{{ row.pitch }}<td>{{ row.status }}<td>{{ row.created_at|date:'c' }}<td>{{ filler }}</tr>{% endfor %}</table>"
)
FILLER = "x" * 440  # so that 25 rows weigh about 16 KB, as in the published ceilings


def rows(request: HttpRequest) -> HttpResponse:
    """One query and a template of 25 rows, about 16 KB."""
    found = list(Proposal.objects.order_by("pk")[:25])
    return HttpResponse(ROWS.render({"rows": found, "filler": FILLER}, request))


@csrf_exempt
def upsert(request: HttpRequest) -> JsonResponse:
    """One ORM upsert of one row for a voter chosen at random: nobody is asked who they are or whether they may."""
    phase = int(request.GET["phase"])
    voter = random.choice(_voters(phase))
    ballot, _made = Ballot.objects.update_or_create(
        phase_id=phase,
        voter_id=voter,
        defaults={"used": 1, "most": 3, "changed_at": "2027-01-01T00:00:00Z", "receipt": f"bench-{phase}-{voter}"},
    )
    return JsonResponse({"receipt": ballot.receipt})


_known: list[int] = []


def _voters(phase: int) -> list[int]:
    """Two thousand people without a ballot when the server started, and not those who vote on the other side."""
    if not _known:
        _known.extend(User.objects.exclude(ballots__phase=phase).order_by("pk").values_list("pk", flat=True)[:2000])
    return _known

"""What Niggle said first, beside what it turned out to be."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from athletes import outcomes as records
from athletes.models import Squad
from athletes.outcomes import Named, Outcome, Totals
from athletes.services import tallies
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.views import chosen_squad
from coaching.reading.course import FindingLine
from coaching.reading.judged import cause_name
from guidance import Share

OUTCOMES_ON_A_PAGE = 25
FEW = 20  # of fewer, no share means much
WORDS = {
    Named.FIRST: gettext_lazy("Named first"),
    Named.IN_FIRST_THREE: gettext_lazy("In the first three"),
    Named.NOT_NAMED: gettext_lazy("Not named"),
    Named.UNKNOWN: "",
}


@dataclass(frozen=True)
class Line:
    """One episode in the table."""

    outcome: Outcome

    @property
    def causes(self) -> list[str]:
        """What was named, best first, in words."""
        return [cause_name(cause) for cause in self.outcome.causes]

    @property
    def found(self) -> FindingLine | None:
        return FindingLine(self.outcome.finding) if self.outcome.finding else None

    @property
    def verdict(self) -> str:
        return str(WORDS[self.outcome.named])

    @property
    def is_wrong(self) -> bool:
        return self.outcome.named is Named.NOT_NAMED


@dataclass(frozen=True)
class Figure:
    """A count with its whole, and how much it says."""

    name: str
    count: int
    whole: int

    @property
    def words(self) -> str:
        """“3 of 4; too few to say much”, or with the interval that chance leaves open."""
        if not self.whole:
            return _("none yet")
        if self.whole < FEW:
            return _("%(count)s of %(whole)s; too few to say much") % {
                "count": self.count,
                "whole": self.whole,
            }
        return _in_words(Share(self.count, self.whole))


def _in_words(share: Share) -> str:
    return _("%(count)s of %(whole)s (%(low)s to %(high)s %%)") % {
        "count": share.count,
        "whole": share.of,
        "low": f"{100 * share.low:.0f}",
        "high": f"{100 * share.high:.0f}",
    }


def figures(totals: Totals) -> list[Figure]:
    return [
        Figure(_("Named first"), totals.first_right, totals.found),
        Figure(_("In the first three"), totals.in_first_three, totals.found),
        Figure(_("Not named"), totals.not_named, totals.found),
        Figure(_("Dangerous, and judged too low"), totals.dangerous_too_low, totals.dangerous),
    ]


@on_desk
@require_safe
def outcomes(request: DeskRequest) -> HttpResponse:
    """Episodes that are over, or of which a clinician has found what they were."""
    squads = list(Squad.objects.seen_from_desk_by(request.user))
    chosen = chosen_squad(request, squads)
    pages = Paginator(records.episodes_to_compare(request.user, chosen), OUTCOMES_ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    totals = records.totals(request.user, chosen)
    shown = {
        "page": page,
        "lines": [Line(outcome) for outcome in records.compare(page.object_list)],
        "totals": totals,
        "figures": figures(totals),
        "squads": squads,
        "chosen": chosen,
        "gone": None if chosen else tallies.counted(request.user),
    }
    return render(request, "desk/outcomes.html", shown)

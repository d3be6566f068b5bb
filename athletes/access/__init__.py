"""Who may see and do what, to be read in one go.

roles.py        the roles in words, and what each may do
reads.py        which rows somebody sees: what every `visible_to(user)` is built of
sight.py        how much of a row: what is withheld where an athlete shares only the status
permissions.py  who may do a thing
policies.py     what the state of a thing allows, whoever asks
"""

from athletes.access.permissions import (
    NotAllowed,
    desk_memberships,
    is_on_desk_of,
    leads_athlete,
    may,
    powers,
    require_leads_athlete,
    require_leads_squad,
    require_may_choose_sharing,
    require_may_report_for,
    require_may_write_notes,
    require_on_desk_of,
    require_owns_club,
    require_takes_real_people,
    require_told_all,
    roles_towards,
)
from athletes.access.reads import (
    OLDEST_CONSENT_AGE,
    YOUNGEST_CONSENT_AGE,
    clubs_led_by,
    clubs_served_by,
    squads_led_by,
    squads_seen_by,
    squads_treated_by,
    wards_of,
    years_before,
)
from athletes.access.roles import (
    ATHLETE,
    CLINICIAN,
    COACH,
    DESK_ROLES,
    DOES,
    GUARDIAN,
    LEADS,
    OWNER,
    ROLES,
    May,
    Role,
    who,
)
from athletes.access.sight import SHARE_ALL, SHARE_STATUS, WITHHELD, Sight, tells_kind

__all__ = [
    "ATHLETE",
    "CLINICIAN",
    "COACH",
    "DESK_ROLES",
    "DOES",
    "GUARDIAN",
    "LEADS",
    "OLDEST_CONSENT_AGE",
    "OWNER",
    "ROLES",
    "SHARE_ALL",
    "SHARE_STATUS",
    "WITHHELD",
    "YOUNGEST_CONSENT_AGE",
    "May",
    "NotAllowed",
    "Role",
    "Sight",
    "clubs_led_by",
    "clubs_served_by",
    "desk_memberships",
    "is_on_desk_of",
    "leads_athlete",
    "may",
    "powers",
    "require_leads_athlete",
    "require_leads_squad",
    "require_may_choose_sharing",
    "require_may_report_for",
    "require_may_write_notes",
    "require_on_desk_of",
    "require_owns_club",
    "require_takes_real_people",
    "require_told_all",
    "roles_towards",
    "squads_led_by",
    "squads_seen_by",
    "squads_treated_by",
    "tells_kind",
    "wards_of",
    "who",
    "years_before",
]

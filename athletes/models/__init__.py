from athletes.models.audit import AuditChain, AuditEntry, AuditSubject
from athletes.models.availability import HandOver, LastLook, TrainingHold
from athletes.models.care import CareStep
from athletes.models.clock import Heartbeat
from athletes.models.clubs import Club, Membership, Squad
from athletes.models.consent import Consent, DataExport, Guardianship
from athletes.models.erasure import Forgotten, PastTally
from athletes.models.escalations import Escalation, EscalationEvent
from athletes.models.follow_up import CheckIn, ClinicianFinding, ClinicianNote
from athletes.models.invitations import Invitation
from athletes.models.people import Athlete
from athletes.models.reports import Assessment, Comment, Episode, PainReport
from athletes.models.requests import SentBefore
from athletes.models.returning import ReturnClearance, ReturnPlan, ReturnRun
from athletes.models.telling import (
    ChannelChoice,
    Notification,
    OnCall,
    PushSubscription,
    SiteKey,
    SquadChannel,
)
from athletes.models.tokens import ApiToken
from athletes.models.users import User
from athletes.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiToken",
    "Assessment",
    "Athlete",
    "AuditChain",
    "AuditEntry",
    "AuditSubject",
    "CareStep",
    "ChannelChoice",
    "CheckIn",
    "ClinicianFinding",
    "ClinicianNote",
    "Club",
    "Comment",
    "Consent",
    "DataExport",
    "Episode",
    "Escalation",
    "EscalationEvent",
    "Forgotten",
    "Guardianship",
    "HandOver",
    "Heartbeat",
    "Invitation",
    "LastLook",
    "Membership",
    "Notification",
    "OnCall",
    "PainReport",
    "PastTally",
    "PushSubscription",
    "ReturnClearance",
    "ReturnPlan",
    "ReturnRun",
    "SentBefore",
    "SiteKey",
    "Squad",
    "SquadChannel",
    "TrainingHold",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
]

from athletes.models.availability import HandOver, LastLook, TrainingHold
from athletes.models.care import CareStep
from athletes.models.clock import Heartbeat
from athletes.models.escalations import Escalation, EscalationEvent
from athletes.models.follow_up import CheckIn, ClinicianFinding
from athletes.models.invitations import Invitation
from athletes.models.people import Athlete, Club, Membership, Squad, User
from athletes.models.reports import Assessment, Comment, Episode, PainReport
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

__all__ = [
    "ApiToken",
    "Assessment",
    "Athlete",
    "CareStep",
    "ChannelChoice",
    "CheckIn",
    "ClinicianFinding",
    "Club",
    "Comment",
    "Episode",
    "Escalation",
    "EscalationEvent",
    "HandOver",
    "Heartbeat",
    "Invitation",
    "LastLook",
    "Membership",
    "Notification",
    "OnCall",
    "PainReport",
    "PushSubscription",
    "ReturnClearance",
    "ReturnPlan",
    "ReturnRun",
    "SiteKey",
    "Squad",
    "SquadChannel",
    "TrainingHold",
    "User",
]

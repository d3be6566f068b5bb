"""What becomes of every field of every table when a person is erased: declared here, held by test_erasure_walk.py.

`GOES`: rows that go with the athlete or the person; behind the path to them stand all fields that can hold words.
`KEPT`: rows that stay, field by field, each with the reason.
"""

from __future__ import annotations

from django.apps import apps

GOES = """
athletes.Athlete pk name timezone background
athletes.Athlete_squads athlete
athletes.Athlete_own_coaches athlete
athletes.Episode athlete closed_reason
athletes.PainReport athlete answers skipped_screens known_facts note site screening content_hash
athletes.Assessment report__athlete knowledge_version leading_cause result finished_by
athletes.CareStep assessment__report__athlete advice text why evidence evidence_note sources changed_reason coach_text
athletes.CheckIn episode__athlete kind
athletes.Comment episode__athlete text
athletes.ClinicianFinding episode__athlete cause in_words clinician
athletes.ClinicianNote episode__athlete text
athletes.Escalation athlete reason outcome
athletes.EscalationEvent escalation__athlete reached
athletes.ReturnPlan episode__athlete ladder knowledge_version
athletes.ReturnClearance plan__episode__athlete clinician note
athletes.ReturnRun plan__episode__athlete ladder
athletes.TrainingHold athlete reason release_reason
athletes.HandOver episode__athlete to_name note
athletes.Consent athlete version
athletes.Guardianship athlete
athletes.LastLook athlete
athletes.Invitation athlete token_hash email
athletes.WebhookDelivery athlete body error
athletes.User pk! password email name language
athletes.User_groups user!
athletes.User_user_permissions user!
athletes.Membership user!
athletes.Membership_squads membership__user!
athletes.Notification recipient! address dedupe_key subject path error
athletes.ChannelChoice user!
athletes.OnCall user!
athletes.OnCall_squads oncall__user!
athletes.PushSubscription user! endpoint endpoint_hash p256dh auth browser
athletes.ApiToken user! token_hash prefix name scopes
athletes.SentBefore user! key_hash request_hash headers answer
athletes.DataExport asked_by! content
account.EmailAddress user! email
account.EmailConfirmation email_address__user! key
mfa.Authenticator user! data
usersessions.UserSession user! ip session_key user_agent data
allauth_idp_oidc.Token user! hash data scopes
admin.LogEntry user! object_id object_repr change_message
"""
OF_CLUB = "of the club, not of a person"
OF_SITE = "of the site itself"
KEYS = "keys that lead nowhere once the person is gone; nobody else's history may change"
KEPT = {
    "athletes.Club": {
        "id created_at name emergency_number timezone wait_emergency_now_min wait_same_day_min wait_within_days_min "
        "wait_coach_review_min quiet_from quiet_until is_demo calls_nobody first_step clinicians_in_chain "
        "needs_second_factor second_factor_since consent_age keep_months": OF_CLUB,
        "contact_name contact_phone contact_email": "anonymised where it is the person's address",
    },
    "athletes.Squad": {"id created_at updated_at club name": OF_CLUB},
    "athletes.SquadChannel": {
        "id created_at squad name url least_level removed_at": OF_CLUB,
        "added_by": "emptied",
    },
    "athletes.WebhookEndpoint": {
        "id created_at club name url events secret old_secret old_secret_until stopped_at stopped_why failing_since "
        "removed_at": OF_CLUB,
        "added_by": "emptied",
    },
    "athletes.PastTally": {"id club year what number": "counts without anybody in them"},
    "athletes.Forgotten": {"key_hash at": "so that a restored backup forgets them again"},
    "athletes.AuditChain": {"club_key number seal": KEYS},
    "athletes.AuditEntry": {
        "id club_key number at actor_key action what record_key fields athlete_keys face seal_before seal": KEYS
    },
    "athletes.AuditSubject": {"id entry athlete_key at": KEYS},
    "athletes.Heartbeat": {"name at": OF_SITE},
    "athletes.SiteKey": {"name value": OF_SITE},
    "allauth_idp_oidc.Client": {
        "id name secret scopes default_scopes type grant_types redirect_uris cors_origins allow_uri_wildcards "
        "response_types skip_consent created_at data": OF_SITE,
        "owner": "emptied",
    },
    "sessions.Session": {
        "session_key expire_date": "random, and of no account",
        "session_data": "what names the person is taken out; their own sessions end",
    },
    "auth.Group": {"id name": OF_SITE},
    "auth.Permission": {"id name content_type codename": OF_SITE},
    "auth.Group_permissions": {"id group permission": OF_SITE},
    "contenttypes.ContentType": {"id app_label model": OF_SITE},
}  # fmt: skip
TABLES_OF_NO_MODEL = {"django_migrations", "niggle_cache", "sqlite_sequence"}
WORDS = {
    "CharField", "TextField", "EmailField", "JSONField", "BinaryField", "GenericIPAddressField", "URLField", "FileField",
    "SlugField", "FilePathField", "SealedText",
}  # fmt: skip


def going():
    """label, path to whom, whether that is the person (not the athlete), fields with words."""
    for line in GOES.split("\n"):
        if line:
            label, path, *fields = line.split()
            yield label, path.rstrip("!"), path.endswith("!"), set(fields)


def words_of(model):
    return {
        column.name
        for column in model._meta.concrete_fields
        if (column.get_internal_type() in WORDS or type(column).__name__ in WORDS)
        and not column.choices
        and not (column.primary_key)
    }


def every_model():
    return {model._meta.label: model for model in apps.get_models(include_auto_created=True)}

"""The story of one report, told by a client that openapi-python-client made: `python … SITE`."""

import sys
import time
from uuid import uuid4

from niggle_attrs import AuthenticatedClient, Client
from niggle_attrs.api.auth import auth_login
from niggle_attrs.api.care_steps import care_steps_list, care_steps_partial_update
from niggle_attrs.api.comments import comments_create
from niggle_attrs.api.escalations import escalations_acknowledge_create, escalations_list
from niggle_attrs.api.reports import reports_assessment_retrieve, reports_create
from niggle_attrs.models import (
    AcknowledgeRequest,
    CommentRequest,
    LoginRequest,
    NewReportRequest,
    NewReportRequestAnswers,
    PatchedTickRequest,
    TickStateEnum,
)

SITE = sys.argv[1]
SWOLLEN = {
    "site": ["calf"],
    "side": "right",
    "swelling": "yes",
    "warmth": "yes",
    "recent_flight": "yes",
}


def log_in(email: str) -> AuthenticatedClient:
    told = LoginRequest(email=email, password="niggle-demo-club")
    token = auth_login.sync(client=Client(base_url=SITE), body=told)
    return AuthenticatedClient(base_url=SITE, token=token.token, raise_on_unexpected_status=True)


athlete, coach = log_in("athlete@demo.test"), log_in("coach@demo.test")
told = NewReportRequest(client_key=uuid4(), answers=NewReportRequestAnswers.from_dict(SWOLLEN))
report = reports_create.sync(client=athlete, body=told, idempotency_key=str(uuid4()))
assert report.screening.disposition == "same_day", report
while (judged := reports_assessment_retrieve.sync(report.id, client=athlete)).state == "pending":
    time.sleep(0.5)
assert judged.causes[0].name
step = care_steps_list.sync(client=athlete, report=report.id).results[0]
done = PatchedTickRequest(state=TickStateEnum.DONE)
assert care_steps_partial_update.sync(step.id, client=athlete, body=done).state == "done"
call = escalations_list.sync(client=coach, episode=report.episode).results[0]
seen = escalations_acknowledge_create.sync(call.id, client=coach, body=AcknowledgeRequest())
assert seen.state == "acknowledged", seen
words = CommentRequest(episode=report.episode, text="On my way.")
assert comments_create.sync(client=coach, body=words).text == "On my way."
print("told")

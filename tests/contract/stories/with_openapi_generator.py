"""The story of one report, told by a client that openapi-generator made: `python … SITE`."""

import sys
import time
from uuid import uuid4

from niggle_pydantic import (
    ApiClient,
    AuthApi,
    CareStepsApi,
    CommentRequest,
    CommentsApi,
    Configuration,
    EscalationsApi,
    LoginRequest,
    NewReportRequest,
    PatchedTickRequest,
    ReportsApi,
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


def log_in(email: str) -> ApiClient:
    told = LoginRequest(email=email, password="niggle-demo-club")
    token = AuthApi(ApiClient(Configuration(host=SITE))).auth_login(told).token
    return ApiClient(Configuration(host=SITE, access_token=token))


athlete, coach = log_in("athlete@demo.test"), log_in("coach@demo.test")
told = NewReportRequest.from_dict({"client_key": str(uuid4()), "answers": SWOLLEN})
report = ReportsApi(athlete).reports_create(told, idempotency_key=str(uuid4()))
assert report.screening.disposition == "same_day", report
while (judged := ReportsApi(athlete).reports_assessment_retrieve(report.id)).state == "pending":
    time.sleep(0.5)
assert judged.causes[0].name
step = CareStepsApi(athlete).care_steps_list(report=report.id).results[0]
done = PatchedTickRequest(state=TickStateEnum.DONE)
assert (
    CareStepsApi(athlete).care_steps_partial_update(step.id, patched_tick_request=done).state
    == "done"
)
call = EscalationsApi(coach).escalations_list(episode=report.episode).results[0]
assert EscalationsApi(coach).escalations_acknowledge_create(call.id).state == "acknowledged"
words = CommentRequest(episode=report.episode, text="On my way.")
assert CommentsApi(coach).comments_create(words).text == "On my way."
print("told")

import time
import uuid

coach = log_in("coach@demo.test", "niggle-demo-club")


def ask(person, method, path, body=None):
    """The answer. What is sent again with the same key is done once."""
    once = {"Idempotency-Key": str(uuid.uuid4())}
    answer = person.request(
        method, f"{SITE}/api/v1/{path}", json=body, headers=once, timeout=10
    )
    answer.raise_for_status()
    return answer.json()


# The athlete reports. Danger signs are answered in the same breath.
answers = {
    "site": ["calf"],
    "side": "right",
    "swelling": "yes",
    "warmth": "yes",
    "recent_flight": "yes",
}
told = {"client_key": str(uuid.uuid4()), "answers": answers}
report = ask(athlete, "POST", "reports/", told)
print(report["screening"]["disposition"], "-", report["screening"]["tell_athlete"])

# A worker judges all of it, which takes a moment.
judged = {"state": "pending"}
while judged["state"] == "pending":
    time.sleep(1)
    judged = ask(athlete, "GET", f"reports/{report['id']}/assessment/")
print([cause["name"] for cause in judged["causes"][:3]])

# The plan came with it. The athlete ticks off the first step.
step = ask(athlete, "GET", f"care-steps/?report={report['id']}")["results"][0]
step = ask(athlete, "PATCH", f"care-steps/{step['id']}/", {"state": "done"})
print(step["text"], "-", step["state"])

# The coach has been called: sees why, says so, and writes to the athlete.
calls = ask(coach, "GET", f"escalations/?episode={report['episode']}&state=open")["results"]
call = ask(coach, "POST", f"escalations/{calls[0]['id']}/acknowledge/")
print(call["state"], "-", call["reason"])
words = {"episode": report["episode"], "text": "On my way. Stay where you are."}
print(ask(coach, "POST", "comments/", words)["text"])

# Later: what came of it.
outcome = {"outcome": "Seen by a doctor today"}
print(ask(coach, "POST", f"escalations/{call['id']}/resolve/", outcome)["state"])

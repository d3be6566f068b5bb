COACH=$(log_in coach@demo.test niggle-demo-club)

# as TOKEN METHOD PATH [BODY]: what is sent again with the same key is done once.
as() {
  curl -sf "$SITE/api/v1/$3" -X "$2" -H "Authorization: Bearer $1" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(new_id)" -d "${4:-}"
}
new_id() { python3 -c 'import uuid; print(uuid.uuid4())'; }
first_id() { python3 -c 'import json, sys; print(json.load(sys.stdin)["results"][0]["id"])'; }

# The athlete reports. Danger signs are answered in the same breath.
REPORTED=$(as "$TOKEN" POST reports/ '{"client_key": "'"$(new_id)"'", "answers":
  {"site": ["calf"], "side": "right", "swelling": "yes", "warmth": "yes", "recent_flight": "yes"}}')
echo "$REPORTED" | field screening
REPORT=$(echo "$REPORTED" | field id)
EPISODE=$(echo "$REPORTED" | field episode)

# A worker judges all of it, which takes a moment.
while JUDGED=$(as "$TOKEN" GET "reports/$REPORT/assessment/") &&
  [ "$(echo "$JUDGED" | field state)" = pending ]; do
  sleep 1
done
echo "$JUDGED" | field causes

# The plan came with it. The athlete ticks off the first step.
STEP=$(as "$TOKEN" GET "care-steps/?report=$REPORT" | first_id)
as "$TOKEN" PATCH "care-steps/$STEP/" '{"state": "done"}' | field state

# The coach has been called: sees why, says so, and writes to the athlete.
CALL=$(as "$COACH" GET "escalations/?episode=$EPISODE&state=open" | first_id)
as "$COACH" POST "escalations/$CALL/acknowledge/" | field state
as "$COACH" POST comments/ '{"episode": "'"$EPISODE"'", "text": "On my way. Stay where you are."}' | field text

# Later: what came of it.
as "$COACH" POST "escalations/$CALL/resolve/" '{"outcome": "Seen by a doctor today"}' | field state

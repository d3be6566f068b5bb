curl -sf "$SITE/api/v1/guidance/assess/" -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{"answers": {"site": ["calf"], "cramps": "yes", "can_walk": "yes"}}'

curl -sf "$SITE/api/v1/findings/" -H "Authorization: Bearer $TOKEN"

curl -sf "$SITE/api/v1/me/" -H "Authorization: Bearer $TOKEN"

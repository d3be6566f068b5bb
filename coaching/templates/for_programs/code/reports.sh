curl -sf "$SITE/api/v1/reports/?cursor=&page_size=20" -H "Authorization: Bearer $TOKEN"

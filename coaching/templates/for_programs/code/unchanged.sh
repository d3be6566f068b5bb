TAG=$(curl -sf -o /dev/null -D - "$SITE/api/v1/me/" -H "Authorization: Bearer $TOKEN" |
  sed -n 's/^ETag: //Ip' | tr -d '\r')
curl -s -o /dev/null -w '%{http_code}\n' "$SITE/api/v1/me/" \
  -H "Authorization: Bearer $TOKEN" -H "If-None-Match: $TAG"

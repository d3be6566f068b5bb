SITE={{ site }}

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

log_in() {
  curl -sf "$SITE/api/v1/auth/login/" -H 'Content-Type: application/json' \
    -d "{\"email\": \"$1\", \"password\": \"$2\"}" | field token
}

TOKEN=$(log_in athlete@demo.test niggle-demo-club)

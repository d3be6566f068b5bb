first = athlete.get(f"{SITE}/api/v1/me/", timeout=10)
kept = {"If-None-Match": first.headers["ETag"]}
print(athlete.get(f"{SITE}/api/v1/me/", headers=kept, timeout=10).status_code)

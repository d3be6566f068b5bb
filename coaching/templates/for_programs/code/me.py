me = athlete.get(f"{SITE}/api/v1/me/", timeout=10).json()
print(me["name"], me["athlete"])

told = {"answers": {"site": ["calf"], "cramps": "yes", "can_walk": "yes"}}
judged = athlete.post(f"{SITE}/api/v1/guidance/assess/", json=told, timeout=10).json()
print(judged["disposition"], [cause["name"] for cause in judged["causes"][:3]])

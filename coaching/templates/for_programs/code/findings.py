findings = athlete.get(f"{SITE}/api/v1/findings/", timeout=10).json()["results"]
for finding in findings[:5]:
    print(finding["id"], "-", finding["question"])

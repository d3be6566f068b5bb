reports, page = [], f"{SITE}/api/v1/reports/?cursor=&page_size=20"
while page:
    part = athlete.get(page, timeout=10).json()
    reports += part["results"]
    page = part["next"]
print(len(reports), "reports")

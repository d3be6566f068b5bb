import requests

SITE = "{{ site }}"


def log_in(email, password):
    """Sends the token with each request from now on."""
    person = requests.Session()
    told = {"email": email, "password": password}
    answer = person.post(f"{SITE}/api/v1/auth/login/", json=told, timeout=10)
    answer.raise_for_status()
    person.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return person


athlete = log_in("athlete@demo.test", "niggle-demo-club")

from standardwebhooks import Webhook, WebhookVerificationError


def read(secret, body, headers):
    """What was sent; None if it is not from Niggle."""
    try:
        return Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return None

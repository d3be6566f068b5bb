"""Programs that act for somebody: personal tokens, and other apps by OAuth 2 and OpenID Connect."""

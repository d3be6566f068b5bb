"""How people are told, and what they were told: pages that phone and desk share."""

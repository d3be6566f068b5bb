"""What the runners in these tests have, in the words of the findings. What is not here is "no" or "not sure"."""

from __future__ import annotations

from typing import Any

CRAMP: dict[str, Any] = {
    "site": ["calf"],
    "side": "left",
    "onset": "sudden",
    "days_since_onset": "0",
    "character": ["cramp"],
    "cramps": "yes",
    "when": ["long_run"],
    "heat_exposure": "yes",
    "heavy_sweating": "yes",
    "fluid_intake": "low",
    "severity_nrs": "5",
    "can_walk": "yes",
}
CLOT: dict[str, Any] = {
    "site": ["calf"],
    "side": "right",
    "onset": "gradual",
    "days_since_onset": "2",
    "character": ["heaviness"],
    "severity_nrs": "6",
    "swelling": "yes",
    "warmth": "yes",
    "recent_flight": "yes",
}
STRAIN: dict[str, Any] = {
    "site": ["calf_medial"],
    "side": "left",
    "onset": "sudden",
    "days_since_onset": "4",
    "character": ["sharp"],
    "when": ["sprint"],
    "severity_nrs": "3",
    "can_walk": "yes",
}
BREATHLESS: dict[str, Any] = {**CLOT, "shortness_of_breath": "yes", "chest_pain": "yes"}

"""What people send to more than one address."""

from __future__ import annotations

QUICK = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}  # a check-in in three taps
FOUND = {
    "cause": "dvt",
    "clinician": "Dr Weber",
    "found_on": "2026-01-02",
    "method": "ultrasound",
}

"""How often the dispatcher looks for what time brings, sweep by sweep.

It stands here and not beside the sweeps, because the clock that watches over them reads it too.
"""

from __future__ import annotations

CHECK_INS_EVERY_S = 5.0

SWEEP_EVERY_S = {
    "clocks": 1.0,
    "digests": 30.0,
    "messages": 5.0,  # for those that a clock set back would hold; the others have the postman
    "drills": 60.0,
    "check_ins_due": CHECK_INS_EVERY_S,
    "check_ins_reminded": CHECK_INS_EVERY_S,
    "check_ins_missed": CHECK_INS_EVERY_S,
    "audit": 5.0,  # so long can an entry be taken out again unseen
}

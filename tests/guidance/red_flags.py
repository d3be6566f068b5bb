"""The red flags of the clinical notes, row by row: the least that raises each, and what puts it just below its threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guidance import Disposition

NOW, TODAY = Disposition.EMERGENCY_NOW, Disposition.SAME_DAY
DAYS, COACH = Disposition.WITHIN_DAYS, Disposition.COACH_REVIEW
LEFT_CALF = {"site": ["calf"], "side": "left"}
SHIN = {"site": ["shin_anterior"], "side": "left"}
INNER_SHIN = {"site": ["shin_medial"], "side": "left"}
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Flag:
    """`told` raises the row to at least `level`; with `below` changed (None: not asked), it stays under it."""

    row: str
    told: Mapping[str, Any]
    level: Disposition
    below: Mapping[str, Any]

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.told.items())
        return f"{self.row}: {shown}"


def each(row: str, signs: str, level: Disposition, **rest: Any) -> list[Flag]:
    """Every one of these signs is enough by itself."""
    return [Flag(row, {**rest, sign: YES}, level, {sign: NO}) for sign in signs.split()]


LUNG = [
    *each(
        "lung clot",
        "shortness_of_breath breathless_on_exertion_only chest_pain pain_worse_breathing coughing_blood faint",
        NOW,
    ),
    *each(
        "lung clot",
        "swelling recent_surgery recent_immobilisation prior_vte cancer pregnancy_postpartum calf_tenderness",
        NOW,
        resting_hr_raised=YES,
    ),
    Flag("lung clot", {"resting_hr_raised": YES}, TODAY, {"resting_hr_raised": NO}),
]
LEG_CLOT = [
    *each(
        "leg clot", "swelling whole_leg_swollen warmth redness pitting_oedema", TODAY, **LEFT_CALF
    ),
    *each(
        "leg clot, a risk item",
        "recent_surgery recent_immobilisation recent_hospitalisation cancer prior_vte pregnancy_postpartum"
        " recent_flight recent_long_travel prolonged_sitting oestrogen_contraceptive family_vte",
        TODAY,
        **LEFT_CALF,
    ),
    Flag("leg clot", {**LEFT_CALF, "oestrogen_contraceptive": YES}, TODAY, {"side": "both"}),
    Flag("leg clot", {"calf_larger_cm": 2}, TODAY, {"calf_larger_cm": 1.9}),
    *each(
        "leg clot, two points of Wells",
        "cancer recent_immobilisation recent_surgery prior_vte collateral_veins",
        TODAY,
        calf_tenderness=YES,
    ),
    Flag("leg clot, no sign at all", LEFT_CALF, COACH, {"side": "both"}),
]
ACHILLES = [
    *each("Achilles rupture", "pop_felt felt_kicked palpable_gap_or_defect", TODAY),
    Flag("Achilles rupture", {"can_push_off": NO}, TODAY, {"can_push_off": YES}),
    Flag("Achilles rupture", {"can_tiptoe": NO}, TODAY, {"can_tiptoe": YES}),
    Flag(
        "Achilles rupture, and can still walk",
        {
            "felt_kicked": YES,
            "can_walk": YES,
            "can_tiptoe": YES,
            "can_push_off": YES,
            "bruising": NO,
        },
        TODAY,
        {"felt_kicked": NO},
    ),
    Flag(
        "Achilles rupture, after certain medicines",
        {"site": ["achilles"], "onset": "sudden", "medications": ["levofloxacin"]},
        TODAY,
        {"medications": ["paracetamol"]},
    ),
    Flag(
        "Achilles rupture, in the first week",
        {"site": ["achilles"], "onset": "sudden", "days_since_onset": 7},
        TODAY,
        {"days_since_onset": 8},
    ),
    Flag(
        "tendon pain after certain medicines",
        {"site": ["achilles"], "tendon_medicine": YES},
        DAYS,
        {"tendon_medicine": NO},
    ),
]
PRESSURE = [
    *each(
        "compartment",
        "numbness_tingling weakness pain_on_passive_stretch swelling night_or_rest_pain",
        NOW,
        tense_hard_calf=YES,
    ),
    *each(
        "compartment",
        "numbness_tingling weakness weakness_or_foot_drop swelling night_or_rest_pain anticoagulant",
        NOW,
        pain_out_of_proportion=YES,
    ),
    *each(
        "compartment", "numbness_tingling weakness anticoagulant", NOW, pain_on_passive_stretch=YES
    ),
    *each("compartment", "tense_hard_calf pain_out_of_proportion pain_on_passive_stretch", TODAY),
    Flag("compartment", {"tense_hard_calf": YES, "severity_nrs": 7}, NOW, {"severity_nrs": 6}),
    Flag(
        "compartment, the foot newly hangs",
        {**SHIN, "weakness_or_foot_drop": YES, "days_since_onset": 7},
        NOW,
        {"days_since_onset": 8},
    ),
    *each(
        "compartment, the foot hangs",
        "tense_hard_calf swelling pale_or_cold_foot pain_out_of_proportion",
        NOW,
        **SHIN,
        weakness_or_foot_drop=YES,
        days_since_onset=8,
    ),
    Flag(
        "compartment, severe and not eased by stopping",
        {**SHIN, "severity_nrs": 8, "days_since_onset": 1, "when": ["easy_run"]},
        NOW,
        {"severity_nrs": 7},
    ),
    Flag(
        "compartment, severe and not eased by stopping",
        {**SHIN, "severity_nrs": 8, "days_since_onset": 3},
        NOW,
        {"days_since_onset": 4},
    ),
    Flag(
        "compartment, severe and not eased by stopping",
        {**SHIN, "severity_nrs": 9, "days_since_onset": 0, "night_or_rest_pain": YES},
        NOW,
        {"night_or_rest_pain": NO},
    ),
    Flag(
        "compartment, both shins",
        {"site": ["shin_anterior"], "side": "both", "severity_nrs": 8, "days_since_onset": 1},
        TODAY,
        {"severity_nrs": 7},
    ),
    Flag(
        "compartment, numb at rest",
        {**SHIN, "numbness_tingling": YES, "days_since_onset": 7, "when": ["after_run"]},
        NOW,
        {"days_since_onset": 8},
    ),
]
ARTERY = [
    *each("blocked artery", "pale_or_cold_foot skin_blue", NOW, onset="sudden"),
    *each("blocked artery", "pale_or_cold_foot skin_blue", TODAY),
    Flag(
        "blocked artery",
        {"pale_or_cold_foot": YES, "days_since_onset": 2},
        NOW,
        {"days_since_onset": 3},
    ),
    Flag(
        "blocked artery", {"atrial_fibrillation": YES, "onset": "sudden"}, NOW, {"onset": "gradual"}
    ),
    Flag(
        "blocked artery", {"onset": "sudden", "numbness_tingling": YES}, TODAY, {"onset": "gradual"}
    ),
]
EXERTION = [
    Flag(
        "pain of effort", {"starts_at_fixed_distance": YES}, DAYS, {"starts_at_fixed_distance": NO}
    ),
    *each("pain of effort", "numbness_tingling pale_or_cold_foot", DAYS, relieved_by_rest=YES),
    *each(
        "pain of effort, now at rest",
        "night_or_rest_pain slow_healing_sores pale_or_cold_foot skin_blue",
        TODAY,
        starts_at_fixed_distance=YES,
    ),
    Flag(
        "pain of effort, now at rest",
        {"relief_minutes": 30, "night_or_rest_pain": YES},
        TODAY,
        {"relief_minutes": 31},
    ),
    *each("claudication", "smoker diabetes", DAYS, when=["walking"]),
    Flag("claudication, from fifty", {"when": ["walking"], "age": 50}, DAYS, {"age": 49}),
    Flag(
        "claudication, at rest",
        {"age": 50, "smoker": YES, "night_or_rest_pain": YES},
        TODAY,
        {"night_or_rest_pain": NO},
    ),
]
BONE = [
    *each(
        "bone stress",
        "bone_focal_tenderness hop_pain night_or_rest_pain worsening_each_run prior_stress_fracture"
        " low_energy_or_missed_periods recurrence",
        DAYS,
        **INNER_SHIN,
    ),
    Flag("bone stress, limp", {**INNER_SHIN, "can_walk": "limp"}, DAYS, {"can_walk": YES}),
    Flag("bone stress, front of one shin", {**SHIN, "onset": "gradual"}, DAYS, {"onset": None}),
    Flag(
        "bone stress, cannot bear weight",
        {**INNER_SHIN, "can_bear_weight": NO},
        TODAY,
        {"can_bear_weight": YES},
    ),
]
INFECTION = [
    *each("infection", "redness warmth fever chills", TODAY),
    *each("infection", "redness spreading swelling diabetes", TODAY, wound_or_bite=YES),
    Flag("infection", {"wound_or_bite": YES}, DAYS, {"wound_or_bite": NO}),
    *each("deep infection", "skin_purple_or_dusky", NOW),
    *each(
        "deep infection",
        "pain_out_of_proportion resting_hr_raised confusion_or_collapse",
        NOW,
        fever=YES,
    ),
    *each(
        "deep infection",
        "pain_out_of_proportion resting_hr_raised",
        NOW,
        wound_or_bite=YES,
        redness=YES,
    ),
    Flag("deep infection", {"fever": YES, "severity_nrs": 8}, NOW, {"severity_nrs": 7}),
    *each("infection in weak defences", "diabetes immunosuppressed", NOW, chills=YES, redness=YES),
]
BREAKDOWN = [
    *each("muscle breakdown", "dark_urine", NOW),
    Flag(
        "muscle breakdown",
        {"side": "both", "site": ["thigh"], "severity_nrs": 8, "weakness": YES},
        NOW,
        {"severity_nrs": 7},
    ),
    *each(
        "muscle breakdown",
        "swelling vomiting pain_out_of_proportion",
        NOW,
        site=["generalised"],
        weakness=YES,
    ),
    Flag(
        "muscle breakdown in one place",
        {**LEFT_CALF, "weakness": YES, "swelling": YES, "weekly_volume_change": "unaccustomed"},
        NOW,
        {"weekly_volume_change": "same"},
    ),
    Flag(
        "muscle breakdown, statin",
        {**LEFT_CALF, "weakness": YES, "swelling": YES, "medications": ["simvastatin"]},
        NOW,
        {"medications": ["paracetamol"]},
    ),
    Flag(
        "severe soreness after unusual effort",
        {"side": "both", "severity_nrs": 8, "days_since_onset": 1, "deconditioned": YES},
        DAYS,
        {"days_since_onset": 0},
    ),
]
SALT = [
    *each("low salt", "vomiting confusion_or_collapse seizure", NOW, race_hours=5),
    *each("low salt, early", "nausea headache puffy_hands", TODAY, fluid_intake="excessive_water"),
    Flag("low salt, early", {"puffy_hands": YES, "race_hours": 4}, TODAY, {"race_hours": 3.9}),
    *each("low salt, over-drinking", "weight_gain_during_race", COACH),
]
HEAT = [
    *each("heat stroke", "confusion_or_collapse seizure not_better_after_cooling", NOW),
    *each("heat stroke", "vomiting faint", NOW, heat_exposure=YES),
    Flag("heat stroke", {"hot_skin": YES, "when": ["race"]}, NOW, {"hot_skin": NO}),
    *each("heat exhaustion", "nausea headache weakness", TODAY, heat_exposure=YES),
    *each("ill after long effort", "nausea headache chills", TODAY, when=["race"]),
]
WEIGHT = [
    Flag("four steps", {"cannot_take_four_steps": YES}, TODAY, {"cannot_take_four_steps": NO}),
    Flag("four steps", {"can_walk": NO}, TODAY, {"can_walk": "limp"}),
    Flag("a limp", {"can_walk": "limp"}, DAYS, {"can_walk": YES}),
]
NERVE = [
    *each("nerve root", "back_pain numbness_tingling weakness", DAYS),
    Flag("nerve root", {"character": ["shooting_electric"]}, DAYS, {"character": ["soreness"]}),
    *each("nerve root, new foot drop", "weakness_or_foot_drop", TODAY),
    *each("cauda equina", "saddle_numbness bladder_bowel", NOW),
    Flag(
        "cauda equina, both legs",
        {"back_pain": YES, "side": "both", "weakness": YES},
        NOW,
        {"side": "left"},
    ),
    Flag(
        "cauda equina, both legs newly numb",
        {"back_pain": YES, "side": "both", "numbness_tingling": YES, "days_since_onset": 14},
        NOW,
        {"days_since_onset": 15},
    ),
    Flag(
        "both legs numb for long",
        {"back_pain": YES, "side": "both", "numbness_tingling": YES, "days_since_onset": 300},
        TODAY,
        {"numbness_tingling": NO},
    ),
]
CYST = [
    *each("burst cyst", "lump_behind_knee bruise_at_ankle", TODAY, onset="sudden"),
    Flag(
        "burst cyst, sore knee",
        {**LEFT_CALF, "knee_arthritis": YES, "onset": "sudden"},
        TODAY,
        {"onset": "gradual"},
    ),
]
CRAMPS = [
    *each(
        "no exercise cramp",
        "weakness vomiting numbness_tingling night_or_rest_pain",
        TODAY,
        widespread_cramps=YES,
    ),
    *each("no exercise cramp", "dark_urine confusion_or_collapse", NOW, widespread_cramps=YES),
    Flag(
        "no exercise cramp",
        {"widespread_cramps": YES, "days_since_onset": 2},
        DAYS,
        {"days_since_onset": 1},
    ),
    Flag(
        "no exercise cramp, one calf for days",
        {**LEFT_CALF, "cramps": YES, "days_since_onset": 3},
        DAYS,
        {"days_since_onset": 2},
    ),
    Flag(
        "no exercise cramp, one calf in spasm",
        {**LEFT_CALF, "cramps": YES, "days_since_onset": 2, "night_or_rest_pain": YES},
        TODAY,
        {"days_since_onset": 1},
    ),
]
YOUNG = [
    *each("under 18", "night_or_rest_pain worsening_each_run bone_lump", DAYS, age=17),
    Flag("under 18", {"age": 17, "night_or_rest_pain": YES}, DAYS, {"age": 18}),
    *each("under 18, fever", "fever", TODAY, age=17),
]
BLOOD = [
    *each("blood thinner", "anticoagulant bleeding_disorder", TODAY, **LEFT_CALF),
    Flag(
        "blood thinner by name",
        {**LEFT_CALF, "medications": ["apixaban"]},
        TODAY,
        {"medications": ["aspirin"]},
    ),
    *each("blood thinner, pressure", "anticoagulant bleeding_disorder", NOW, tense_hard_calf=YES),
]
COURSE = [
    Flag(
        "more than a week", {"side": "both", "days_since_onset": 8}, DAYS, {"days_since_onset": 7}
    ),
    Flag(
        "not better after 72 hours of rest",
        {"side": "both", "days_since_onset": 3, "symptom_improving": NO},
        DAYS,
        {"days_since_onset": 2},
    ),
    Flag(
        "not better after 48 hours of rest",
        {"side": "both", "days_since_onset": 2, "symptom_improving": NO},
        COACH,
        {"days_since_onset": 1},
    ),
    *each("it came back", "recurrence", COACH, side="both"),
]
STROKE = each("stroke", "one_sided_body_weakness", NOW)
FLAGS = [
    *LUNG, *LEG_CLOT, *ACHILLES, *PRESSURE, *ARTERY, *EXERTION, *BONE, *INFECTION, *BREAKDOWN, *SALT, *HEAT,
    *WEIGHT, *NERVE, *CYST, *CRAMPS, *YOUNG, *BLOOD, *COURSE, *STROKE,
]  # fmt: skip

"""The findings and causes that must exist whatever else changes: stored reports and REST clients name them."""

from __future__ import annotations

# ruff: noqa: SIM905 - words in a block are read and compared by eye; quoted lists are not

YES_NO = frozenset(
    """
    symptom_improving worsening_each_run worsens_during_run spreading recurrence
    relieved_by_rest starts_at_fixed_distance night_or_rest_pain cramps widespread_cramps
    pop_felt felt_kicked numbness_tingling weakness weakness_or_foot_drop swelling
    whole_leg_swollen bruising bruise_at_ankle redness warmth hot_skin pale_or_cold_foot
    skin_blue skin_purple_or_dusky tense_hard_calf palpable_gap_or_defect calf_tenderness
    bone_focal_tenderness diffuse_shin_tenderness lump_behind_knee varicose_veins wound_or_bite
    slow_healing_sores can_bear_weight can_tiptoe can_push_off fever chills shortness_of_breath
    breathless_on_exertion_only chest_pain pain_worse_breathing faint resting_hr_raised
    confusion_or_collapse seizure vomiting nausea dark_urine one_sided_body_weakness back_pain
    other_joint_pain novice deconditioned new_shoes_or_surface old_shoes
    flat_feet_or_overpronation heat_exposure heavy_sweating nsaid_before_race trauma smoker
    diabetes cancer immunosuppressed atrial_fibrillation prior_vte family_vte
    oestrogen_contraceptive pregnancy_postpartum recent_flight recent_long_travel
    recent_immobilisation recent_surgery recent_hospitalisation recent_infection
    prolonged_sitting prior_stress_fracture
    """.split()
)

NUMBERS = frozenset(
    """
    days_since_onset severity_nrs relief_minutes calf_larger_cm weekly_km race_hours
    prior_calf_strain_days age
    """.split()
)

OPTIONS = {
    "site": """
        calf calf_upper calf_mid calf_lower calf_medial popliteal achilles heel foot_sole
        foot ankle shin_medial shin_anterior lower_leg_lateral lower_leg thigh whole_leg
        low_back generalised elsewhere
    """.split(),
    "side": "left right both".split(),
    "onset": "sudden gradual".split(),
    "relieved_by": "stretching cycling".split(),
    "character": """
        soreness tightness burning cramp sharp stabbing dull_persistent swelling_feeling
        heaviness throbbing tingling shooting_electric
    """.split(),
    "when": """
        sprint interval fast_run hard_workout hill downhill jump push_off
        change_of_direction start_of_run easy_run long_run end_of_run race after_run
        next_day morning_first_steps walking at_rest prolonged_sitting other_exercise
    """.split(),
    "can_walk": "yes limp no".split(),
    "weekly_volume_change": "increase return_after_break unaccustomed".split(),
    "fluid_intake": "low adequate plain_water excessive_water".split(),
    "sex": "F M".split(),
    "worse_side": "left right".split(),
}

CAUSES = frozenset(
    """
    muscle_fatigue lactic_acid muscle_strain dehydration_cramp fascial_inflammation dvt
    pulmonary_embolism superficial_vein_thrombosis achilles_rupture achilles_tendinopathy
    acute_compartment chronic_exertional_compartment bone_stress_injury cellulitis_infection
    necrotising_infection rhabdomyolysis heat_stroke hyponatraemia electrolyte_disorder
    acute_limb_ischaemia arterial_claudication popliteal_entrapment baker_cyst_rupture
    radiculopathy spinal_stenosis tarsal_tunnel metabolic_myopathy spondyloarthropathy
    """.split()
)

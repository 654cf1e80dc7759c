from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit


def test_grades_grow_from_none_to_full():
    assert [str(grade) for grade in Grade] == ["NWB", "TTWB", "PWB", "WBAT", "FWB"]


def test_what_a_patient_can_answer_is_the_list_of_the_design():
    assert {str(a) for a in Aids} == set(["none", "one-crutch", "two-crutches", "frame", "wheelchair", "stayed-in-bed"])
    assert {str(o) for o in OverLimit} == {"no", "few-steps", "often"}

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.strict_json import DEEPEST, LONGEST_KEY, checked_text, strict_json

PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False)
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("abc_", max_size=8), inner)),
    max_leaves=8,
)


def deep(levels):
    return "[" * levels + "]" * levels


@given(PLAIN)
def test_plain_json_is_read_as_it_is(value):
    text = json.dumps(value)
    try:
        assert strict_json(text) == strict_json(text.encode()) == value
    except InvalidValue as refusal:
        assert refusal.code == "too-deep"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "invalid-json"),
        (b"\xff\xfe{}", "invalid-json"),
        (b'{"a": "\xc3\x28"}', "invalid-json"),
        (b"\xef\xbb\xbf{}", "invalid-json"),
        ('{"on_loading": NaN}', "invalid-json"),
        ("Infinity", "invalid-json"),
        ("-Infinity", "invalid-json"),
        ("1e999", "invalid-json"),
        ("-1e999", "invalid-json"),
        ("1" + "0" * 5_000, "invalid-json"),
        ('{"rev": 1, "rev": 2}', "invalid-json"),
        ('{"a": {"b": 1, "b": 1}}', "invalid-json"),
        ("{} {}", "invalid-json"),
        ("{'a': 1}", "invalid-json"),
        ("[1,]", "invalid-json"),
        ("01", "invalid-json"),
        ('"\x00"', "invalid-json"),
        ('"\\ud800"', "bad-text"),
        ('{"\\udfff": 1}', "bad-text"),
        ('{"\\u0007": 1}', "bad-text"),
        (json.dumps({"k" * (LONGEST_KEY + 1): 1}), "too-long"),
        (deep(DEEPEST + 1), "too-deep"),
        (deep(200_000), "too-deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too-deep"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_the_standard_reader_would_let_through_is_refused(raw, code):
    with pytest.raises(InvalidValue) as refusal:
        strict_json(raw)
    assert refusal.value.code == code


def test_the_deepest_nest_and_the_longest_key_are_read():
    assert strict_json(deep(DEEPEST))
    assert strict_json(json.dumps({"k" * LONGEST_KEY: 1}))


def test_a_long_integer_and_an_odd_character_are_for_their_field_to_refuse():
    assert strict_json("9" * 400) == 10**400 - 1
    assert strict_json('"in\\u0000ner"') == "in\x00ner"


def test_ordinary_writing_is_kept():
    assert strict_json('"Dói à noite,\\n\\tmas menos 🙂"') == "Dói à noite,\n\tmas menos 🙂"


BYTES_LIKE_JSON = st.lists(
    st.sampled_from(
        [b"{", b"}", b"[", b"]", b'"', b":", b",", b"NaN", b"1e999", b"\\ud800", b"\x00", b"\xff", b"9" * 30]
    ),
    max_size=40,
).map(b"".join)


@settings(max_examples=400)
@given(st.one_of(st.binary(), st.text(), BYTES_LIKE_JSON))
def test_no_bytes_end_in_anything_but_a_value_or_a_refusal(raw):
    try:
        strict_json(raw)
    except InvalidValue as refusal:
        assert refusal.code in {"invalid-json", "too-deep", "bad-text", "too-long"}


@given(st.text())
def test_a_text_is_returned_unchanged_or_refused(text):
    bad = any(0xD800 <= ord(c) <= 0xDFFF or (ord(c) < 32 and c not in "\n\t") for c in text)
    if bad:
        with pytest.raises(InvalidValue):
            checked_text(text)
    else:
        assert checked_text(text) == text


def test_a_text_may_have_as_many_code_points_as_allowed():
    assert checked_text("é" * 5, longest=5) == "é" * 5
    with pytest.raises(InvalidValue, match="at most 5"):
        checked_text("é" * 6, longest=5)


TWICE = ['{"a": 1, "a" : 2}', '{"b": [{"a": "x", "a": "x"}]}', '{"a":1,"a":1}', '{"a": "\\"", "a": 1}']


@pytest.mark.parametrize("twice", TWICE)
def test_a_key_that_stands_twice_is_refused_however_plain_the_text(twice):
    with pytest.raises(InvalidValue) as fault:
        strict_json(twice)
    assert fault.value.code == "invalid-json"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), st.booleans(), st.sampled_from([None, 1]))
def test_a_plain_text_is_read_as_the_long_way_reads_it(value, as_ascii, indent):
    """A space before makes it take the long way."""
    text = json.dumps(value, ensure_ascii=as_ascii, indent=indent)

    def read(text):
        try:
            return strict_json(text)
        except InvalidValue as fault:
            return fault.code

    assert read(text) == read(f" {text}")

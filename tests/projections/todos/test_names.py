"""Names of to-dos: an id stands in an address as it is, and leads back to what it was made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.todos.kinds import FROM_DELIVERIES, FROM_TRANSACTIONS, TodoKind
from projections.todos.names import read_todo_id, todo_id

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
URL = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("61E67681CH3238416",), "drift:61E67681CH3238416"),
        (("payout:u-1",), "drift:payout:u-1"),
        (("payout:a/b c",), "drift:payout:a~2Fb~20c"),
        (("transaction[#].status", "é~%?"), "drift:transaction~5B~23~5D.status:~C3~A9~7E~25~3F"),
        (("",), "drift:"),
    ],
)
def test_an_id_stands_in_an_address_as_it_is(parts: tuple[str, ...], expected: str) -> None:
    assert todo_id(TodoKind.DRIFT, *parts) == expected


@given(ANY, ANY)
def test_two_ids_are_alike_only_for_the_same_text(one: str, other: str) -> None:
    first, second = (todo_id(TodoKind.LOOK, text) for text in (one, other))
    assert (first == second) == (one == other)
    assert set(first) <= URL


@given(st.sampled_from([*FROM_TRANSACTIONS, *FROM_DELIVERIES]), ANY)
def test_an_id_leads_back_to_what_it_is_about(kind: TodoKind, text: str) -> None:
    parts = (text, "PP-1") if kind is TodoKind.ANSWER_CASE else (text,)
    assert read_todo_id(todo_id(kind, *parts)) == (kind, parts)


@given(ANY, ANY)
def test_a_cases_id_leads_back_to_both_of_its_parts(txn_id: str, case_id: str) -> None:
    name = todo_id(TodoKind.ANSWER_CASE, txn_id, case_id)
    assert set(name) <= URL
    assert read_todo_id(name) == (TodoKind.ANSWER_CASE, (txn_id, case_id))


@given(ANY.map(lambda text: text.replace(":", "")), ANY)
def test_news_leads_back_to_its_field_and_its_example(what: str, example: str) -> None:
    assert read_todo_id(todo_id(TodoKind.DRIFT, what, example)) == (TodoKind.DRIFT, (what, example))


@given(
    st.one_of(st.text(max_size=12), st.from_regex(r"(ship|drift|answer_case):[A-Fa-f0-9~:]*", fullmatch=True))
)
def test_each_thing_has_one_id(text: str) -> None:
    found = read_todo_id(text)
    assert found is None or todo_id(found[0], *found[1]) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "ship", "contradiction", "nonsense:T1", "SHIP:T1", "ship:a b", "ship:a~2", "ship:a~2f",
        "ship:~41", "ship:~FF", "ship:a/b", "ship:é", "ship:a\n", "answer_case:T1", "answer_case:T1:~3a",
        "drift:field", "drift:a~3Ab:c",
    ],
)  # fmt: skip
def test_what_is_no_id_leads_nowhere(text: str) -> None:
    assert read_todo_id(text) is None

"""Where an audit ends and begins is fixed before it looks."""

from adapters.auditing.scene import last_position
from tests.adapters.auditing.conftest import MAIL, Store


def test_what_comes_later_is_left_to_the_next_audit(store: Store) -> None:
    with store.scene() as scene:
        ends = scene.ends
        store.history.live(5)
        assert ends.taken_in == len(MAIL)
        assert [page[-1][0] for page in scene.pages()] == [ends.position]
        assert ends.seq == store.history.left[0].size


def test_a_checkpoint_says_where_to_begin(store: Store) -> None:
    with store.scene() as scene:
        assert (scene.begins.seq, scene.begins.position) == (0, 0)
    with store.scene(since=True) as scene:
        begins = scene.begins
        assert (begins.seq, begins.n, begins.rules) == (store.history.left[-1].size, len(MAIL), 1)
        assert begins.position == scene.ends.position
        assert list(scene.pages(begins.position)) == []
        with scene.book.connect() as connection:
            assert last_position(connection) == scene.ends.position

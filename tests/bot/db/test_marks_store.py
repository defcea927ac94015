"""Up to when something was looked at."""

from bot.db.marks_store import MarksStore
from tests.bot.db._facts import NOON, later


async def test_a_mark_is_kept_under_its_name_and_moved(db):
    marks = MarksStore(db)
    assert await marks.seen_until("sentry:backend") is None
    await marks.mark("sentry:backend", NOON)
    await marks.mark("sentry:app", later(5))
    await marks.mark("sentry:backend", later(9))
    assert await marks.seen_until("sentry:backend") == later(9)
    assert await marks.seen_until("sentry:app") == later(5)

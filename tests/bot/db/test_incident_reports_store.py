"""Reports of incidents are kept as they were written, one for each ending."""

import pytest

from tests.bot.db._facts import NOON, later
from tests.bot.db._incidents import Ward


@pytest.fixture
def ward(db):
    return Ward(db)


async def test_the_first_report_of_an_ending_stays(ward):
    number = await ward.opened()
    await ward.reports.keep(number, 1, "# First", NOON)
    await ward.reports.keep(number, 1, "# Written again", later(9))
    assert await ward.reports.find(number, 1) == "# First"
    assert await ward.reports.find(number, 2) is None


async def test_another_ending_is_another_report_and_the_latest_is_the_newest(ward):
    number, other = await ward.opened("a"), await ward.opened("b")
    assert await ward.reports.newest(number) is None
    await ward.reports.keep(number, 2, "# Second", later(9))
    await ward.reports.keep(number, 1, "# First", NOON)
    await ward.reports.keep(other, 1, "# Other", NOON)
    assert await ward.reports.newest(number) == "# Second"
    assert await ward.reports.find(number, 1) == "# First"
    assert await ward.reports.all_ids() == (number, other)

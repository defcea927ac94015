import pytest
import pytest_asyncio

from tests.flows.driver import flow
from tests.flows.incidents import Incidents


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with flow(tmp_path_factory.mktemp("flow")) as made:
        yield made


@pytest.fixture
def desk(shared):
    """The module's sandbox, with every knob back where it was."""
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    if isinstance(shared, Incidents):
        shared.forget()
    return shared

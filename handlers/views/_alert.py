"""What every form about an alert does: send back what is no choice, and say what comes of one that is."""

from bot.engine.alerts import AlertView
from bot.project import Project
from handlers._alerts import at_source
from handlers.render._blocks import Block
from handlers.render.notices import notice_view, render_notice

NO_CHOICE = "Choose one of these."


def asked_view(alert: AlertView, project: Project) -> Block:
    """Close an act's form: it goes on without this person, and the card says how it ends."""
    if at_source(alert, project):
        return noted_view("Sentry is asked. The alert's card says when it is done, or why it was not.")
    return noted_view("Noted here, for its source takes no such orders. The alert's card shows it.")


def noted_view(said: str) -> Block:
    """Close a form with a sentence of ours."""
    return notice_view(render_notice(said))

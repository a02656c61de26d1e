"""Which new user agents are bots: their texts are searched for the patterns of `rules.bots`."""

from logstats.config import Bots
from logstats.rules import bots, browsers
from logstats.store import Session
from logstats.store.session import written_rows

FEW = 100  # agents, for which the patterns that can match are selected


def classify(session: Session, settings: Bots) -> None:
    """Create `chunk_agent_classified` from `chunk_agent_new`."""
    count = written_rows(session.run("rules/agent_text", {"phone": browsers.PHONE}))
    texts = None
    if count <= FEW:
        rows = session.execute("SELECT coalesce(text, agent) FROM chunk_agent_text").rows
        texts = [text for (text,) in rows]
    session.run("rules/agent_class", bots.params(settings.excepted), bots.slots(settings.added, texts))

"""The shares of labelled agents that are classified wrongly.

    python benchmarks/agents.py --robots robots.txt --people people.txt

Each file has one agent a line; the default are the lists of the tests. Prints, as JSON, how many bots count
as people, how many browsers' agents as bots, and the seconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from logstats.config import Settings
from logstats.rules.agents import classify
from logstats.store import Session

LISTS = Path(__file__).parents[1] / "tests" / "unit" / "rules" / "agents"


def main() -> None:
    """Classify the agents of both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--robots", type=Path, default=LISTS / "robots.txt")
    parser.add_argument("--people", type=Path, default=LISTS / "people.txt")
    given = parser.parse_args()
    robots, people = agents_of(given.robots), agents_of(given.people)
    started = time.process_time()
    bots = bots_among(list({*robots, *people}))
    print(
        json.dumps(
            {
                "bots": len(robots),
                "bots_as_people": len(robots - bots),
                "people": len(people),
                "people_as_bots": len(people & bots),
                "seconds": round(time.process_time() - started, 3),
            }
        )
    )


def agents_of(path: Path) -> set[str]:
    """Return the agents of a file; a line that begins with # is a comment."""
    lines = path.read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def bots_among(agents: list[str]) -> set[str]:
    """Return those of the agents that are bots'."""
    with Session() as session:
        session.execute(
            "CREATE TEMP TABLE chunk_agent_new AS SELECT unnest($agents) AS agent", {"agents": agents}
        )
        classify(session, Settings().bots)
        rows = session.execute("SELECT agent FROM chunk_agent_classified WHERE bot_reason IS NOT NULL").rows
    return {agent for (agent,) in rows}


if __name__ == "__main__":
    main()

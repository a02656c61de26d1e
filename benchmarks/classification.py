"""The share of an ingest that is spent on classification: which agents are bots, which URLs are one article.

    python benchmarks/classification.py --db STORE ingest big.log

Runs that logstats command and prints, as JSON, the seconds of processor time of the statements that classify
and of the whole process.
"""

from __future__ import annotations

import json
import sys
import time
from threading import Lock
from typing import Any

from logstats.cli import main as cli
from logstats.store import Session

CLASSIFYING = ("rules/agent_class", "rules/canonical_url", "rules/article_insert", "rules/article_url_update")


def main() -> None:
    """Run the command line and time its classification."""
    spent: list[float] = []
    lock, run = Lock(), Session.run

    def timed(session: Session, name: str, *arguments: Any, **named: Any) -> Any:
        started = time.thread_time()
        result = run(session, name, *arguments, **named)
        if name in CLASSIFYING:
            with lock:
                spent.append(time.thread_time() - started)
        return result

    setattr(Session, "run", timed)  # noqa: B010 - mypy refuses an assignment to a method
    cli.logstats.main(sys.argv[1:], standalone_mode=False)
    print(json.dumps({"classification": sum(spent), "whole": time.process_time()}))


if __name__ == "__main__":
    main()

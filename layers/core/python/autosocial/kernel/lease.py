"""The right to do one piece of work for a while, held by one worker at a time."""

from dataclasses import dataclass

# What a try failed of whose worker never said so: killed, out of memory, out of time.
WORKER_DIED = "worker_died"


@dataclass(frozen=True, slots=True)
class Lease:
    """Ours until it ends; whoever takes the work over then gets another ``token``.

    What is written under an older token is refused, so a worker that was thought dead does no harm.
    ``tries`` counts this one; ``last_failure`` says why the one before did not succeed.
    """

    key: str
    token: str
    tries: int = 1
    last_failure: str = ""


@dataclass(frozen=True, slots=True)
class InProgress:
    """Another worker holds the lease; unless it is renewed, the work is free after ``seconds``."""

    seconds: int

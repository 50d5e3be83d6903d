"""How busy AXL of a cluster is: whoever rehearses says how many requests it turns away (interfaces.md §3.2)."""


class Overload:
    """How many of the next AXL requests are turned away, each once.

    `requests`: any request, with the fault of too much at the same time. `writes`: one that changes something, with
    HTTP 503, as when the queue of changes is full. Both are numbers that may be set at any time.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.writes = 0

    def turns_away(self) -> bool:
        """Whether this request comes at a time of too many."""
        self.requests, busy = max(self.requests - 1, 0), self.requests > 0
        return busy

    def queue_is_full(self) -> bool:
        """Whether this change finds no place in the queue."""
        self.writes, full = max(self.writes - 1, 0), self.writes > 0
        return full

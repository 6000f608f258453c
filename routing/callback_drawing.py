"""The life of a callback as docs/callbacks.md shows it: drawn from the table, so that it cannot tell anything else."""

from collections.abc import Iterator

from routing.callback import AFTER, FINAL, State

BEGIN = "<!-- drawn from routing/callback.py: begin -->"
END = "<!-- drawn from routing/callback.py: end -->"


def drawing() -> str:
    """Between the marks, which are part of it: a diagram for eyes, and the same as a table for everybody."""
    return "\n".join((BEGIN, "", *_diagram(), "", *_table(), "", END))


def _diagram() -> Iterator[str]:
    """Mermaid's `stateDiagram-v2`; a name there has no hyphen."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {_name(State.OFFERED)}"
    for state, ways in AFTER.items():
        yield from (f"    {_name(state)} --> {_name(then)}: {event.value}" for event, then in ways.items())
        if state in FINAL:
            yield f"    {_name(state)} --> [*]"
    yield "```"


def _name(state: State) -> str:
    return state.value.replace("-", "_")


def _table() -> Iterator[str]:
    yield "| state | what may happen, and the state after it |"
    yield "|---|---|"
    for state, ways in AFTER.items():
        told = "; ".join(f"{event.value}: `{then.value}`" for event, then in ways.items())
        yield f"| `{state.value}` | {told or 'nothing any more'} |"

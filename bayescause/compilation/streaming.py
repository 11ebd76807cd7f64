"""A table whose rows are read in blocks: put together from a source, and from how each of its columns is read."""

from collections.abc import Mapping
from dataclasses import replace

from bayescause.compilation.observing import observe
from bayescause.compilation.source import Source
from bayescause.compilation.stream import SAMPLED, Reader, Stream, Withheld
from bayescause.compilation.table import Table

__all__ = ["streamed_table"]


def streamed_table(source: Source, witnessed: Table, readers: Mapping[str, Reader], frequency: str | None) -> Table:
    """The table of all rows of ``source``.

    Parameters
    ----------
    source : Source
    witnessed : Table
        Of witnesses, with the kinds, levels and notes of the table.
    readers : mapping of str to Reader
        How each column is read.
    frequency : str, optional
        Column that says how many units each row stands for.
    """
    counting = None if frequency is None else Reader(source.names[frequency])
    bare = Stream(source, readers, witnessed.kinds, witnessed.levels, source.rows, 0, {}, witnessed, counting)
    sampled = min(SAMPLED, source.rows)
    facts, sample, digest = observe(bare.blocks(tuple(readers)), source.rows, sampled, is_digested=source.file is None)
    note = (
        f"diagnostics, knots, and how averages over units vary from draw to draw: from {sampled:,} of the "
        f"{source.rows:,} rows, chosen at random; everything else from all rows"
    )
    units = source.rows if frequency is None else int(source.ask(f"sum({counting.select})")[0][0]) if counting else 0
    sample = replace(sample, source=witnessed.source, notes=witnessed.notes, missing=witnessed.missing)
    stream = replace(bare, facts=facts, sample=sample, units=units)
    return replace(
        witnessed,
        columns=Withheld(tuple(readers), stream.refuse),
        sha256=witnessed.sha256 if source.file is not None else digest,
        notes=(*witnessed.notes, note),
        stream=stream,
    )

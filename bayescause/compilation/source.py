"""A source is a table that stays where it is, in a Parquet file or DuckDB database, and is asked or read in blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any
from unicodedata import normalize

from bayescause.compilation.frames import Cells
from bayescause.errors import DataError

__all__ = ["Source", "quoted", "source_of"]

VECTORS = 128
"""Vectors of 2,048 rows in a block: 2 MB a column."""

VIEW = "bayescause_rows"
"""Name under which the table is asked."""

MEMORY = "1GB"
"""What DuckDB may use for itself while it reads a file."""


@dataclass(frozen=True, eq=False)
class Source:
    """A Parquet file, or a relation of the user's own DuckDB connection.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
    names : mapping of str to str
        The table's own name of each column, by its name in normal form.
    types : mapping of str to str
        DuckDB's type of each column, by its name in normal form.
    rows : int
    source : str
        File name, or what kind of table it is.
    connection : duckdb.DuckDBPyConnection, optional
        Of a file; None for a relation, whose connection is the user's.
    file : Path, optional
    """

    relation: Any
    names: Mapping[str, str]
    types: Mapping[str, str]
    rows: int
    source: str
    connection: Any = None
    file: Path | None = None

    def ask(self, select: str, tail: str = "") -> list[tuple[Any, ...]]:
        """Rows of ``select <select> from <the table> <tail>``: few of them."""
        text = f"select {select} from {VIEW} {tail}"  # noqa: S608 (names and values are quoted by those who ask)
        found: list[tuple[Any, ...]] = self.relation.query(VIEW, text).fetchall()
        return found

    def blocks(self, select: str, tail: str = "") -> Iterator[list[Cells]]:
        """Columns of ``select <select> from <the table> <tail>``, block by block, in the order of the rows.

        Raises
        ------
        DataError
            If the table is a relation and pyarrow, which hands its blocks over, is missing.
        """
        # Names are the table's own, in quotes, and values are quoted: nothing that a user typed becomes SQL.
        text = f"select {select} from {VIEW} {tail}"  # noqa: S608 (as said)
        return self._of_relation(text) if self.connection is None else self._of_file(text)

    def _of_file(self, text: str) -> Iterator[list[Cells]]:
        cursor = self.connection.cursor()
        cursor.execute(text)
        while len(block := cursor.fetch_df_chunk(VECTORS)):
            yield [block[name].to_numpy() for name in block.columns]

    def _of_relation(self, text: str) -> Iterator[list[Cells]]:
        try:
            reader = self.relation.query(VIEW, text).to_arrow_reader(VECTORS * 2048)
        except ModuleNotFoundError as error:
            raise DataError(
                f"{self.source} is read in blocks by pyarrow, which is missing. Install pyarrow, or write the relation "
                "to a Parquet file and give its path."
            ) from error
        for batch in reader:
            yield [column.to_numpy(zero_copy_only=False) for column in batch.columns]

    def sha256(self) -> str:
        """Of the file's bytes; empty for a relation."""
        if self.file is None:
            return ""
        with self.file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()


def source_of(data: Any) -> Source | None:
    """The Parquet file or DuckDB relation that ``data`` is; None if it is something else.

    Raises
    ------
    DataError
        If the file cannot be read as Parquet.

    Examples
    --------
    >>> import duckdb
    >>> source_of(duckdb.sql("select 1 as promo, 9.5 as sales")).rows
    1
    """
    if isinstance(data, str | Path):
        file = Path(data)
        return _of_parquet(file) if file.suffix.lower() in (".parquet", ".pq") and file.is_file() else None
    if type(data).__name__ == "DuckDBPyRelation":
        return _described(data, "DuckDB relation")
    return None


def quoted(name: str) -> str:
    """``name`` as SQL writes names.

    Examples
    --------
    >>> print(quoted("mean sales"))
    "mean sales"
    """
    return '"' + name.replace('"', '""') + '"'


def _of_parquet(file: Path) -> Source:
    import duckdb

    try:
        connection = duckdb.connect()
        connection.execute(f"set memory_limit = '{MEMORY}'")
        relation = connection.read_parquet(str(file))
        place = str(file).replace("'", "''")
        view = f"create view {VIEW} as select * from read_parquet('{place}')"  # noqa: S608 (quotes are doubled)
        connection.execute(view)
        return _described(relation, file.name, connection, file)
    except duckdb.Error as error:
        raise DataError(f"{file.name} cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _described(relation: Any, source: str, connection: Any = None, file: Path | None = None) -> Source:
    names = {normalize("NFC", name): name for name in relation.columns}
    types = {name: str(found) for name, found in zip(names, relation.types, strict=True)}
    [(rows,)] = relation.aggregate("count(*)").fetchall()
    return Source(relation, names, types, int(rows), source, connection, file)

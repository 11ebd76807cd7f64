import numpy as np
import polars as pl
import pytest

from bayescause.compilation.frames import places
from bayescause.compilation.reading import read_frame
from bayescause.errors import DataError


@pytest.fixture
def written(tmp_path):
    def write(content, name="table.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def test_cells_stay_text_and_gaps_are_none(written):
    frame = read_frame(written("a,b\n1, x \nNA,\n"))
    assert frame.columns["a"].tolist() == ["1", None]
    assert frame.columns["b"].tolist() == ["x", None]


def test_the_separator_is_found_in_the_header_and_noted(written):
    frame = read_frame(written("a;b\n1,5;2\n"))
    assert frame.separator == ";"
    assert frame.notes == ("the separator of table.csv is ';'",)


def test_a_wrong_separator_is_named_with_the_right_one(written):
    with pytest.raises(DataError, match=r'holds \';\' 1 times. Set tabulate\(..., separator=";"\)'):
        read_frame(written("a;b\n1;2\n"), separator=",")


def test_a_byte_order_mark_is_not_part_of_the_first_name(written):
    assert read_frame(written(b"\xef\xbb\xbfa,b\n1,2\n")).names == ("a", "b")


def test_ragged_rows_are_listed_by_line(written):
    with pytest.raises(DataError, match="header has 2 cells, but line 3 has 3, line 5 has 1"):
        read_frame(written("a,b\n1,2\n1,2,3\n1,2\n1\n"))


def test_a_row_is_placed_by_its_line_even_after_quoted_line_breaks(written):
    frame = read_frame(written('a,b\n"two\nlines",2\n\nx,3\n'))
    assert places(frame, np.array([1])) == "line 5"


def test_an_open_quotation_mark_is_an_error_with_its_line(written):
    with pytest.raises(DataError, match="line 3: .*quotation mark"):
        read_frame(written('a,b\n1,2\n"1,2\n'))


def test_another_encoding_is_an_error_with_its_line(written):
    with pytest.raises(DataError, match=r"line 2: the byte 0xe9 is not UTF-8"):
        read_frame(written("a,b\ncaf\u00e9,2\n".encode("latin-1")))
    with pytest.raises(DataError, match="UTF-16"):
        read_frame(written("a,b\n1,2\n".encode("utf-16")))


def test_a_column_name_that_occurs_twice_is_an_error_with_its_places(written):
    with pytest.raises(DataError, match=r"line 1: the column name 'a' occurs 2 times \(columns 1, 3\)"):
        read_frame(written("a,b,a\n1,2,3\n"))


def test_a_column_without_a_name_is_left_out_and_noted(written):
    frame = read_frame(written(",a\n0,1\n"))
    assert frame.names == ("a",)
    assert frame.notes == ("column 1 of table.csv has no name and is left out",)


def test_an_empty_file_has_no_names(written):
    with pytest.raises(DataError, match="line 1: there are no column names"):
        read_frame(written(""))


def test_a_file_that_is_not_there_is_an_error_with_the_folder(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        read_frame(tmp_path / "nowhere.csv")


def test_a_spreadsheet_is_refused_with_what_to_do(written):
    with pytest.raises(DataError, match="save as, CSV UTF-8"):
        read_frame(written("", "table.xlsx"))


def test_parquet_gives_numbers_booleans_and_text(tmp_path):
    file = tmp_path / "table.parquet"
    pl.DataFrame({"a": [1, None], "b": [True, False], "c": ["x", None], 'd "e"': [1.5, 2.5]}).write_parquet(file)
    frame = read_frame(file, wanted={"a", "b", "c", 'd "e"'})
    assert frame.names == ("a", "b", "c", 'd "e"')
    assert frame.columns["a"][0] == 1.0
    assert np.isnan(frame.columns["a"][1])
    assert frame.columns["b"].tolist() == [True, False]
    assert frame.columns["c"].tolist() == ["x", None]


def test_a_damaged_parquet_file_is_an_error(written):
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_frame(written(b"PAR1nonsense", "table.parquet"))


def test_the_digest_is_that_of_the_files_bytes(written):
    first = read_frame(written("a\n1\n", "one.csv"))
    assert first.sha256 == read_frame(written("a\n1\n", "two.csv")).sha256
    assert first.sha256 != read_frame(written("a\n2\n", "three.csv")).sha256

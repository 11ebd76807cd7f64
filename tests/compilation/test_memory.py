import pytest

from bayescause.compilation.memory import available_bytes, check_room
from bayescause.compilation.reading import read_frame
from bayescause.errors import DataError


def test_a_small_file_has_room():
    check_room("weeks.csv", 1e3)
    assert available_bytes() is None or available_bytes() > 1e6


def test_a_file_beyond_all_memory_is_refused_with_what_to_do():
    with pytest.raises(DataError, match=r"weeks.csv needs about 1,000,000.0 GB of memory.*Save it as Parquet"):
        check_room("weeks.csv", 1e15)


def test_a_text_file_is_weighed_before_it_is_read(tmp_path):
    file = tmp_path / "weeks.csv"
    with file.open("wb") as opened:
        opened.truncate(10**13)  # a sparse file: ten terabytes of nothing on disk
    with pytest.raises(DataError, match="GB of memory"):
        read_frame(file)

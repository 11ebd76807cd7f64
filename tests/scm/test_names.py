import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayescause.scm.names import LONGEST, RESERVED, safe_names


@pytest.mark.parametrize("name", ["sales", "wt82_71", "größe", "body weight", "年齢", "x" * LONGEST])
def test_ordinary_names_stay(name):
    assert safe_names([name])[name] == name


UNFIT = ["", " ", "a/b", "a\\b", "a::b", "x" * 300, "tab\t", "nul\0", "\u202eevil", " padded", "e\u0301", "."]


@pytest.mark.parametrize("name", [*UNFIT, *sorted(RESERVED)])
def test_names_that_would_be_lost_are_replaced(name):
    assert safe_names([name, "v001"])[name] == "v002"


def test_a_name_that_a_compiled_model_would_use_is_replaced():
    assert dict(safe_names(["sales", "sales_data", "sales_sd", "sales_2020"])) == {
        "sales": "sales",
        "sales_data": "v001",
        "sales_sd": "v002",
        "sales_2020": "sales_2020",
    }


def test_a_replacement_does_not_meet_another_name():
    assert safe_names(["a/b", "v001_data"])["a/b"] == "v002"


@given(st.lists(st.text(max_size=8)))
def test_no_two_names_become_one(wanted):
    safe = safe_names(wanted)
    assert set(safe) == set(wanted)
    assert len(set(safe.values())) == len(safe)


@given(st.lists(st.text(max_size=8)))
def test_safe_names_are_safe(wanted):
    safe = tuple(safe_names(wanted).values())
    assert tuple(safe_names(safe).values()) == safe


@pytest.mark.parametrize("name", ["größe", "body weight", "x" * LONGEST, "a b.c-d(e)", "a+b=c", "'quoted'", "<script>"])
def test_what_is_kept_survives_a_file(name, tmp_path):
    import xarray as xr

    safe = safe_names([name])[name]
    tree = xr.DataTree.from_dict({"/posterior": xr.Dataset({f"{safe}_sd": ("draw", [1.0, 2.0])})})
    tree.to_netcdf(tmp_path / "tree.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "tree.nc", engine="h5netcdf") as read:
        assert read["posterior"][f"{safe}_sd"].values.tolist() == [1.0, 2.0]

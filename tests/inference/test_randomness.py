from bayescause.inference.randomness import generator


def test_the_same_work_has_the_same_numbers():
    assert generator(1, "exact", "sales").random() == generator(1, "exact", "sales").random()


def test_other_work_other_seeds_and_other_divisions_of_names_have_others():
    paths = [(1, "exact", "sales"), (2, "exact", "sales"), (1, "exact", "traffic"), (1, "exacts", "ales"), (1, "exact")]
    assert len({generator(*path).random() for path in paths}) == len(paths)

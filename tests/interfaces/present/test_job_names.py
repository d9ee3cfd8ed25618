"""Jobs and their parts by their names."""

from wattstone.interfaces.present.job_names import part_name


def test_a_part_of_a_job_is_told_in_words_of_the_reader() -> None:
    assert (part_name("size", "en"), part_name("size", "zh")) == ("trying sizes", "试算容量")
    assert (part_name("page 3", "zh"), part_name(None, "en")) == ("page 3", "")

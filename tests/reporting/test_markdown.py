from dataclasses import replace

from markdown_it import MarkdownIt

from bayescause.reporting.markdown import escaped, to_markdown


def test_the_text_says_what_the_page_says(promotion):
    written = to_markdown(promotion())
    assert written.startswith("# Does the promotion pay?\n\n**Run the promotion.")
    assert "| Mean | 133" in written
    assert "- ● Like compared with like: good" in written


def test_a_refusal_is_numbered_and_has_no_number(cannot_tell):
    written = to_markdown(cannot_tell)
    assert "1. Write down what decided" in written
    assert "EUR" not in written


def test_names_cannot_turn_into_markup(promotion):
    attack = "# <script>x</script> [a](javascript:b) | *c* `d`"
    findings = replace(promotion(), title=attack, warnings=(attack,))
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(findings))
    inner = [child for token in tokens for child in token.children or ()]
    assert not any(token.type == "html_block" for token in tokens)
    assert not any(child.type in ("html_inline", "link_open", "image") for child in inner)
    assert escaped("1. a") == "1\\. a"

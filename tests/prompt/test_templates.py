"""Templates: found, replaced by a folder of the user's, filled, and kept in their sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import TemplateError
from gptoss_writer.prompt import templates
from gptoss_writer.prompt.templates import NAMES, Templates, Value, load_templates, packaged_folder

SECTION: Value = {"title": "Salt", "words": 80}
BRIEF: dict[str, Value] = {
    "title": "T",
    "angle": "",
    "audience": "",
    "value": "",
    "approach": "",
    "sections": [],
}


def a_template(text: str) -> Templates:
    """Make templates of which the note has this text."""
    names = dict.fromkeys(NAMES, "nothing")
    files = {name: Path("mine") / f"{name}.txt" for name in NAMES}
    return Templates(names | {"retry_note": text}, files)


def filled(text: str) -> str:
    """Fill a template that has this text."""
    return a_template(text).render("retry_note", {"words": 80, "sections": [SECTION]})


def refusal(text: str) -> str:
    """Fill a template that cannot be used, and give what is said of it."""
    with pytest.raises(TemplateError) as caught:
        filled(text)
    return caught.value.message


def test_the_packaged_templates_are_those_of_the_checkout() -> None:
    """In a checkout the templates are the files in prompts/, and there is one for each name."""
    folder = Path(__file__).parents[2] / "prompts"

    assert folder == packaged_folder()
    assert {f"{name}.txt" for name in NAMES} == {path.name for path in folder.iterdir()}


def test_the_packaged_templates_are_those_of_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a wheel the templates stand inside the package; a folder beside it does not count."""
    package = tmp_path / "site-packages" / "gptoss_writer"
    (package / "_prompts").mkdir(parents=True)
    (package.parent / "prompts").mkdir()
    for name in NAMES:
        (package / "_prompts" / f"{name}.txt").write_text(f"wheel {name}")
    monkeypatch.setattr(templates, "_PACKAGE", package)

    assert package / "_prompts" == packaged_folder()
    assert "wheel house_rules" == load_templates().render("house_rules", {})


def test_a_folder_replaces_the_templates_it_has(tmp_path: Path) -> None:
    """One file in the user's folder replaces one template; the others are the packaged ones."""
    (tmp_path / "house_rules.txt").write_text("Be brief.\n")
    (tmp_path / "README.md").write_text("mine")
    mine = load_templates(tmp_path)
    packaged = load_templates()

    assert "Be brief." == mine.render("house_rules", {})
    assert tmp_path / "house_rules.txt" == mine.files["house_rules"]
    assert packaged.sources["article_brief"] == mine.sources["article_brief"]
    assert packaged.fingerprint != mine.fingerprint


def test_line_ends_and_a_mark_in_front_do_not_matter(tmp_path: Path) -> None:
    """A file saved by an editor on Windows is the same template as one saved elsewhere."""
    packaged = load_templates()
    for name in NAMES:
        text = packaged.files[name].read_text(encoding="utf-8")
        (tmp_path / f"{name}.txt").write_bytes(
            b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
        )

    assert packaged.fingerprint == load_templates(tmp_path).fingerprint


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_part_of_the_fingerprint(name: str) -> None:
    """Another text in any one template gives another fingerprint."""
    packaged = load_templates()
    changed = Templates({**packaged.sources, name: "other"}, packaged.files)

    assert packaged.fingerprint != changed.fingerprint


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A folder that does not exist is named, with what to do."""
    with pytest.raises(TemplateError) as caught:
        load_templates(tmp_path / "no")

    assert f"There is no folder {tmp_path}/no with prompt templates." == caught.value.message
    assert (
        "Give --prompts a folder, or leave it out to use the packaged templates."
        == caught.value.hint
    )


def test_a_folder_without_any_template(tmp_path: Path) -> None:
    """A folder that holds none of the templates is refused, with the names that count."""
    (tmp_path / "house-rules.txt").write_text("a hyphen")
    with pytest.raises(TemplateError) as caught:
        load_templates(tmp_path)

    assert f"The folder {tmp_path} holds no prompt template." == caught.value.message
    assert (
        "Put at least one of these files in it: house_rules.txt, article_brief.txt, "
        "section_request.txt, retry_note.txt, continuation_note.txt." == caught.value.hint
    )


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """A template that is not UTF-8 is named, with the byte."""
    path = tmp_path / "house_rules.txt"
    path.write_bytes("Clich\xe9s".encode("latin-1"))
    with pytest.raises(TemplateError) as caught:
        load_templates(tmp_path)

    assert f"The prompt template {path} is not UTF-8 (byte 5)." == caught.value.message
    assert "Save it as UTF-8." == caught.value.hint


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder in the place of a template is an error of the template, not of the program."""
    (tmp_path / "house_rules.txt").mkdir()
    with pytest.raises(TemplateError, match=r"house_rules\.txt cannot be read: Is a directory\."):
        load_templates(tmp_path)


def test_a_file_of_enormous_size(tmp_path: Path) -> None:
    """A template is a page of text; a file beyond 256 KiB is refused."""
    (tmp_path / "house_rules.txt").write_bytes(b"x" * (256 * 1024 + 1))
    with pytest.raises(TemplateError, match="is larger than 256 KiB"):
        load_templates(tmp_path)


def test_a_syntax_error_is_shown_with_its_line() -> None:
    """A template that Jinja cannot read is named with file and line."""
    assert (
        "mine/retry_note.txt:2: the prompt template cannot be used: Encountered unknown tag "
        "'fi'." == refusal("one\n{% fi %}\n")
    )


def test_a_name_that_does_not_exist_is_shown_with_its_line() -> None:
    """A value that we do not give is named with file and line, and the original is pointed to."""
    text = "{# why #}\none\n{{ wrods }}\n"

    assert (
        "mine/retry_note.txt:3: the prompt template cannot be used: 'wrods' is undefined"
        == refusal(text)
    )
    with pytest.raises(TemplateError) as caught:
        filled(text)
    assert f"Compare it with the original in {packaged_folder()}." == caught.value.hint


def test_a_field_that_does_not_exist_is_shown_with_its_line() -> None:
    """A part that a value does not have is named too, inside a loop as well."""
    text = "one\n{% for section in sections %}\n{{ section.budget }}\n{% endfor %}"

    assert "mine/retry_note.txt:3: the prompt template cannot be used: " in refusal(text)
    assert "'budget'" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ sections.append.__self__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ '{0.__class__}'.format(words) }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        "{{ sections.append(1) }}",
        "{{ sections[0].update(words=1) }}",
        "{% include '/etc/hostname' %}",
        "{% import 'os' as os %}",
        "{% extends 'house_rules.txt' %}",
        "{{ open('/etc/hostname') }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(text: str) -> None:
    """Whatever reaches for Python, files or other templates is refused, and the file named."""
    assert refusal(text).startswith("mine/retry_note.txt")


@pytest.mark.parametrize(
    "text",
    [
        "{% for n in range(10 ** 9) %}x{% endfor %}",
        "{% for n in range(1000000) %}x{% endfor %}",
        "{% for n in range(99999) %}{% for m in range(99999) %}many words{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ words * 'x' }}",
        "{{ [words] * words }}",
        "{{ '%1000000000d' % words }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% macro more() %}{{ more() }}{% endmacro %}{{ more() }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)
def test_a_template_cannot_grow_without_end(text: str) -> None:
    """Endless loops of text, huge products and endless macros end in an error of the template."""
    assert "mine/retry_note.txt" in refusal(text)


def test_a_template_may_calculate() -> None:
    """Numbers can be added, multiplied and compared, and lists counted."""
    text = "{{ words * 2 }} {{ words % 7 }} {{ words - 1 }} {{ words * 1.5 }} {{ sections|length }}"

    assert "160 3 79 120.0 1" == filled(text)


def test_blank_lines_collapse() -> None:
    """Blank lines, as they are left over from blocks, become one; the ends are trimmed."""
    text = "\n\n  one  \n{% if words == 0 %}\nno\n{% endif %}\n\n\n \ntwo\n\n"

    assert "one\n\ntwo" == filled(text)


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% raw %}", "{# no #}", "}}", "{% for"])
def test_values_are_never_read_as_a_template(text: str) -> None:
    """What looks like Jinja in a value stays the text that it is."""
    rendered = load_templates().render("article_brief", {**BRIEF, "title": text, "angle": text})

    assert f"# Article\n\n{text}\nAngle: {text}\n\nSections:" == rendered

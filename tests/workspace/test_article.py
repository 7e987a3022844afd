"""The assembled article, and a person's hand in it."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.article import ArticleWritten
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import RefusingCalls, a_workspace, files_of


def write(folder: Path, text: str) -> ArticleWritten:
    """Assemble `text` in the workspace at `folder`."""
    workspace = a_workspace(folder)
    with workspace.lock():
        return workspace.write_article(text)


def articles(folder: Path) -> dict[str, bytes]:
    """Read the article files of a workspace."""
    return {name: data for name, data in files_of(folder).items() if name.startswith("article")}


def test_is_written_and_replaced(tmp_path: Path) -> None:
    """An article that nobody touched gives way to the next one."""
    path = tmp_path / "article.md"
    first, second = write(tmp_path, "One.\n"), write(tmp_path, "Zwei – drei.\n")

    assert [ArticleWritten(path, is_changed=True)] * 2 == [first, second]
    assert {"article.md": "Zwei – drei.\n".encode()} == articles(tmp_path)


def test_the_same_article_is_not_written_again(tmp_path: Path) -> None:
    """Assembling twice leaves every byte and the file's time as they were."""
    write(tmp_path, "One.\n")
    before = (files_of(tmp_path), (tmp_path / "article.md").stat().st_mtime_ns)
    again = write(tmp_path, "One.\n")

    assert ArticleWritten(tmp_path / "article.md", is_changed=False) == again
    assert before == (files_of(tmp_path), (tmp_path / "article.md").stat().st_mtime_ns)


def test_an_edited_article_is_kept(tmp_path: Path) -> None:
    """The new article goes beside the edited one, and replaces itself there."""
    write(tmp_path, "One.\n")
    (tmp_path / "article.md").write_bytes(b"Mine.\r\n")
    write(tmp_path, "Two.\n")
    outcome = write(tmp_path, "Three.\n")

    assert (
        ArticleWritten(tmp_path / "article.new.md", is_changed=True, kept=tmp_path / "article.md")
        == outcome
    )
    assert {"article.md": b"Mine.\r\n", "article.new.md": b"Three.\n"} == articles(tmp_path)


def test_an_article_from_elsewhere_is_kept(tmp_path: Path) -> None:
    """A file that was never assembled here is a person's, even before the first assembly."""
    a_workspace(tmp_path)
    (tmp_path / "article.md").write_bytes(b"Mine.")
    write(tmp_path, "One.\n")

    assert {"article.md": b"Mine.", "article.new.md": b"One.\n"} == articles(tmp_path)


def test_two_edited_articles_are_both_kept(tmp_path: Path) -> None:
    """Where both files were edited nothing is written, and the writer is asked."""
    write(tmp_path, "One.\n")
    (tmp_path / "article.md").write_bytes(b"Mine.")
    write(tmp_path, "Two.\n")
    (tmp_path / "article.new.md").write_bytes(b"Mine too.")
    before = files_of(tmp_path)
    with pytest.raises(WorkspaceError, match=r"article.new.md were both edited by hand"):
        write(tmp_path, "Three.\n")

    assert before == files_of(tmp_path)


def test_the_article_beside_goes_when_it_is_no_longer_needed(tmp_path: Path) -> None:
    """Once the edited article is out of the way there is one article again."""
    write(tmp_path, "One.\n")
    (tmp_path / "article.md").write_bytes(b"Mine.")
    write(tmp_path, "Two.\n")
    (tmp_path / "article.md").unlink()
    write(tmp_path, "Three.\n")

    assert {"article.md": b"Three.\n"} == articles(tmp_path)


def test_an_edited_article_beside_is_never_removed(tmp_path: Path) -> None:
    """What a person wrote into article.new.md stays, also when article.md is ours again."""
    write(tmp_path, "One.\n")
    (tmp_path / "article.new.md").write_bytes(b"Notes.")
    write(tmp_path, "Two.\n")

    assert {"article.md": b"Two.\n", "article.new.md": b"Notes."} == articles(tmp_path)


def test_an_article_that_was_cut_short_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    """Whichever call the disk refuses, the next article still goes to article.md."""
    for refuse in range(30):
        folder = tmp_path / str(refuse)
        write(folder, "One.\n")
        calls = RefusingCalls(refuse, errno.EIO, is_lasting=True)
        workspace = Workspace.open(folder, calls)
        with suppress(ResourceError), workspace.lock():
            workspace.write_article("Two.\n")
        write(folder, "Three.\n")

        assert {"article.md": b"Three.\n"} == articles(folder), f"call {refuse}"
        if not calls.refused:
            return
    pytest.fail("the article was never written")


def test_reports_stand_beside_the_article_they_are_about(tmp_path: Path) -> None:
    """Those about `article.new.md` go with it, and the same bytes are not written again."""
    article = write(tmp_path, "One.\n").path
    article.write_text("Mine.\n")
    beside = write(tmp_path, "Two.\n").path
    workspace = a_workspace(tmp_path)
    with workspace.lock():
        workspace.write_reports(article, {"provenance": b"1", "scorecard": b"2"})
        workspace.write_reports(beside, {"provenance": b"3", "scorecard": b"4"})
    both = articles(tmp_path)
    stamp = (tmp_path / "article.scorecard.json").stat().st_mtime_ns
    article.unlink()
    write(tmp_path, "Two.\n")
    with workspace.lock():
        workspace.write_reports(article, {"provenance": b"5", "scorecard": b"2"})

    assert {
        "article.md": b"Mine.\n",
        "article.new.md": b"Two.\n",
        "article.provenance.json": b"1",
        "article.scorecard.json": b"2",
        "article.new.provenance.json": b"3",
        "article.new.scorecard.json": b"4",
    } == both
    assert {
        "article.md": b"Two.\n",
        "article.provenance.json": b"5",
        "article.scorecard.json": b"2",
    } == articles(tmp_path)
    assert stamp == (tmp_path / "article.scorecard.json").stat().st_mtime_ns

"""A machine that does to a draft what a writer does, in any order, and knows what must come of it.

Its rules are the writer's: generate, regenerate, edit by hand, restore, lock, unlock, reorder the
outline, change a key point, undo, assemble. After each, the draft on disk is what `DraftModel`
says: byte for byte, accepted text for accepted text.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gptoss_writer.workspace.workspace import Workspace
from tests.support.draft_desk import IDS, DraftDesk
from tests.support.draft_model import DraftModel, Place, Text

SECTIONS = st.sampled_from(IDS)
EDITS = (
    "Words of my own, number {}.\n",
    "Line {}\r\nand another\r\n",
    "A hard break {}  \nstands here.\t \n\n\n",
    "e\u0301 {} \u200bzero\u00a0width \U0001f600 \u202b\n",
    "It just ends {}",
    "# A heading {}\n\n---\n\ntext: [link](x)\n",
    "```\nAn open fence {}\n",
    " \n",
    "",
)


class DraftMachine(RuleBasedStateMachine):
    """One draft, from its first `generate` on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="draft-machine-"))
        self.desk = DraftDesk(self.folder)
        self.model = DraftModel(list(IDS), dict.fromkeys(IDS, 1))
        self.edits = 0
        self.desk.write_outline(self.model.order, self.model.keys)
        self._generate()

    def teardown(self) -> None:
        """Remove the draft."""
        shutil.rmtree(self.folder)

    @rule()
    def generate(self) -> None:
        """Write what is missing or stale, and nothing else."""
        self.model.adopt()
        self._generate()

    def _generate(self) -> None:
        due, seen = self.model.due(), len(self.desk.texts)
        assert self.desk.run("generate") == 0, self.desk.said
        self._take_from_the_model(due, seen)
        self._article_is_whole()

    @rule(name=SECTIONS)
    def regenerate(self, name: str) -> None:
        """Write one section again, unless it is locked or a person's."""
        if name not in self.model.order:
            return
        self.model.adopt()
        place, seen = self.model.places[name], len(self.desk.texts)
        is_by_hand = place.text is not None and place.text.origin == "hand"
        code = self.desk.run("regenerate", name)
        if place.is_locked or is_by_hand:
            assert code == 2, self.desk.said
            return
        assert code == 0, self.desk.said
        self._take_from_the_model([name], seen)
        self._article_is_whole()

    def _take_from_the_model(self, names: list[str], seen: int) -> None:
        """Learn what was written: each of these sections has a new text, which the model wrote."""
        written = self.desk.texts[seen:]
        assert bool(written) == bool(names), self.desk.said
        workspace = Workspace.open(self.desk.draft)
        changed = {}
        for name in names:
            fresh = workspace.attempts(name)[len(self.model.attempts[name]) :]
            for record in fresh:
                content = workspace.attempt(name, record.number).text
                assert content in written, name
                self.model.added(name, content.encode(), "model")
            accepted = workspace.accepted(name)
            assert accepted is not None, name
            assert accepted.number in {record.number for record in fresh}, name
            text = self.model.attempts[name][accepted.number - 1]
            changed[name] = Place(text, self.model.places[name].is_locked)
        self.model.change(changed)

    @rule(name=SECTIONS, form=st.sampled_from(EDITS))
    def edit(self, name: str, form: str) -> None:
        """Edit a section's file in an editor."""
        self.edits += 1
        self._put(name, form.format(self.edits).encode())

    @rule(name=SECTIONS, data=st.data())
    def put_back(self, name: str, data: st.DataObject) -> None:
        """Copy an earlier text over a section's file."""
        if self.model.attempts[name]:
            self._put(name, data.draw(st.sampled_from(self.model.attempts[name])).content)

    @rule(name=SECTIONS)
    def delete(self, name: str) -> None:
        """Delete a section's file, which is no wish to lose its text."""
        for path in self.desk.draft.glob(f"sections/*-{name}.md"):
            path.unlink()
        self.model.edits.pop(name, None)
        self.model.behind.pop(name, None)
        self.model.gone.add(name)

    def _put(self, name: str, content: bytes) -> None:
        found = list(self.desk.draft.glob(f"sections/*-{name}.md"))
        path = found[0] if found else self.desk.draft / f"sections/09-{name}.md"
        path.write_bytes(content)
        self.model.edits[name] = content
        self.model.gone.discard(name)

    @precondition(lambda self: any(self.model.attempts.values()))
    @rule(name=SECTIONS, data=st.data())
    def restore(self, name: str, data: st.DataObject) -> None:
        """Make an earlier attempt the text again, unless the section is locked."""
        if name not in self.model.order or not self.model.attempts[name]:
            return
        self.model.adopt()
        text: Text = data.draw(st.sampled_from(self.model.attempts[name]))
        place = self.model.places[name]
        code = self.desk.run("restore", f"{name}@{text.number}")
        if place.is_locked or not text.content.strip():
            assert code == 2, self.desk.said
            return
        assert code == 0, self.desk.said
        self.model.change({name: Place(text, place.is_locked)})
        self._article_is_whole()

    @rule(name=SECTIONS, is_on=st.booleans())
    def lock(self, name: str, *, is_on: bool) -> None:
        """Keep a section from change, or no longer."""
        if name not in self.model.order:
            return
        self.model.adopt()
        place = self.model.places[name]
        code = self.desk.run("lock" if is_on else "unlock", name)
        if is_on and place.text is None:
            assert code == 2, self.desk.said
            return
        assert code == 0, self.desk.said
        self.model.change({name: Place(place.text, is_on)})

    @rule(name=SECTIONS)
    def edit_in_the_article(self, name: str) -> None:
        """Edit a section where it stands in the article; the next command brings it home."""
        self.assemble()
        place = self.model.places[name]
        if name not in self.model.order or place.text is None or place.text.origin == "hand":
            return
        path = self.desk.draft / "article.md"
        article, old = path.read_bytes(), place.text.content.strip()
        if article.count(old) != 1 or place.is_locked:
            return
        self.edits += 1
        text = f"Said in the article, {self.edits}.  \n\nAnd e\u0301 again.".encode()
        path.write_bytes(article.replace(old, text))
        code = self.desk.run("assemble")
        assert code == (1 if self.model.missing else 0), self.desk.said
        content = (self.desk.draft / "history" / name).glob("*.md")
        last = max(path for path in content if path.stem.isdigit())
        assert last.read_bytes().strip() == text, self.desk.said
        self.model.change({name: Place(self.model.added(name, last.read_bytes(), "hand"))})
        assert self._article_is_whole().count(text) == 1

    @rule(order=st.permutations(IDS), number=st.integers(2, len(IDS)))
    def reorder(self, order: list[str], number: int) -> None:
        """Turn the sections of the outline around; some may go, and come back later."""
        order = order[:number]
        self.model.order = order
        self.desk.write_outline(order, self.model.keys)

    @rule(name=SECTIONS, key=st.integers(1, 3))
    def change_a_key_point(self, name: str, key: int) -> None:
        """Change what a section is to say."""
        self.model.keys[name] = key
        self.desk.write_outline(self.model.order, self.model.keys)

    @rule()
    def undo(self) -> None:
        """Take the last change back, unless that would change a locked text."""
        self.model.adopt()
        may = self.model.may_undo()
        code = self.desk.run("undo")
        if not may:
            assert code == 2, self.desk.said
            return
        assert code == 0, self.desk.said
        self.model.undo()
        self._article_is_whole()

    @rule()
    def assemble(self) -> None:
        """Assemble twice: the same bytes."""
        self.model.adopt()
        expected = 1 if self.model.missing else 0
        assert self.desk.run("assemble") == expected, self.desk.said
        first = self._article_is_whole()
        assert self.desk.run("assemble") == expected, self.desk.said
        assert self._article_is_whole() == first

    def _article_is_whole(self) -> bytes:
        """See that the article has every accepted text in its order, as far as it is plain."""
        article = (self.desk.draft / "article.md").read_bytes()
        at = 0
        for name in self.model.order:
            text = self.model.text(name)
            if text is not None and text.origin == "model":
                at = article.index(text.content.strip(), at)
        assert not (self.desk.draft / "article.new.md").exists()
        return article

    @invariant()
    def the_draft_is_what_it_must_be(self) -> None:
        """Each section has the accepted text, the lock, the history and the file that it must."""
        workspace = Workspace.open(self.desk.draft)
        for name in IDS:
            text = self.model.text(name)
            accepted = workspace.accepted(name)
            assert (accepted.number if accepted else None) == (text.number if text else None), name
            assert workspace.is_locked(name) == self.model.places[name].is_locked, name
            self._history_is_whole(name)

    def _history_is_whole(self, name: str) -> None:
        folder = self.desk.draft / "history" / name
        texts = {int(path.stem): path for path in folder.glob("[0-9][0-9][0-9][0-9].md")}
        assert sorted(texts) == [text.number for text in self.model.attempts[name]], name
        for text in self.model.attempts[name]:
            assert texts[text.number].read_bytes() == text.content, (name, text.number)
            record = json.loads(texts[text.number].with_suffix(".json").read_bytes())
            assert record["origin"] == text.origin, (name, text.number)

    @invariant()
    def the_files_have_their_bytes(self) -> None:
        """Each file has the accepted text, or what a person wrote into it since."""
        for name in IDS:
            found = [path.read_bytes() for path in self.desk.draft.glob(f"sections/*-{name}.md")]
            text = self.model.text(name)
            wanted = self.model.behind.get(name, text.content if text else None)
            wanted = self.model.edits.get(name, wanted)
            is_there = wanted is not None and name not in self.model.gone
            assert found == ([wanted] if is_there else []), name

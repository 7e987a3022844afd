"""Whatever a writer does in whatever order: untouched texts keep their bytes, nothing is lost."""

from __future__ import annotations

from hypothesis import settings

from tests.support.draft_machine import DraftMachine

TestDrafts = DraftMachine.TestCase
TestDrafts.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)

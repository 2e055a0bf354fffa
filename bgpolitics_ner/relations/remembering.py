"""A reader of slots that reads each token of a Doc once."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from bgpolitics_ner.relations.slots import Filler, SlotReader


class RememberingReader(SlotReader):
    """Keeps what it has read of the last Doc: frames, candidates and roles ask for the same things."""

    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        """Let go of the last Doc."""
        self._doc: Doc | None = None
        self._slots: dict[int, list[Filler]] = {}
        self._of_verbs: dict[int, list[Filler]] = {}
        self._phrases: dict[int, list[Token]] = {}
        self._cases: dict[int, str] = {}

    def read(self, trigger: Token) -> list[Filler]:
        """Return the fillers of all slots of `trigger`."""
        i = self._place(trigger)
        found = self._slots.get(i)
        if found is None:
            found = self._slots[i] = super().read(trigger)
        return found

    def preposition(self, token: Token) -> str:
        """Return the normalised preposition of a phrase head, "" where it has none."""
        i = self._place(token)
        found = self._cases.get(i)
        if found is None:
            found = self._cases[i] = super().preposition(token)
        return found

    def _verb_slots(self, verb: Token) -> Iterator[Filler]:
        i = self._place(verb)
        found = self._of_verbs.get(i)
        if found is None:
            found = self._of_verbs[i] = list(super()._verb_slots(verb))
        return iter(found)

    def _spread(self, token: Token) -> Iterator[Token]:
        i = self._place(token)
        found = self._phrases.get(i)
        if found is None:
            found = self._phrases[i] = list(super()._spread(token))
        return iter(found)

    def _place(self, token: Token) -> int:
        """Return the token's index; let go of the last Doc where it is of another."""
        doc = token.doc
        if doc is not self._doc:
            self.forget()
            self._doc = doc
        i: int = token.i
        return i

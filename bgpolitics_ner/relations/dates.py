"""Time expression → ISO 8601 value, relative to the document's date where it needs one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)?\d\d)(?!\d))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?!\d)")
_DECADE = re.compile(r"(?<!\d)(\d0)-те")


class DateReader:
    """Reads the values of expressions with the word tables of ``knowledge/cues/time.toml``."""

    def __init__(self, tables: dict[str, Any]) -> None:
        classes = tables["classes"]
        self._months = {word: number for number, word in enumerate(classes["month"], 1)}
        self._weekdays = {word: number for number, word in enumerate(classes["weekday"])}
        self._seasons: dict[str, list[int]] = tables["seasons"]
        self._numbers: dict[str, int] = tables["numbers"]
        self._units = {word: unit for unit, words in tables["units"].items() for word in words}
        self._days: dict[str, int] = tables["days"]
        self._edges = {name: frozenset(words) for name, words in tables["edges"].items()}
        self._shift = dict.fromkeys(classes["this"], 0)
        self._shift.update(dict.fromkeys(classes["last"], -1))
        self._shift.update(dict.fromkeys(classes["next"], 1))
        month = "|".join(self._months)
        self._day_month = re.compile(rf"(?<!\d)(\d{{1,2}})\D{{0,4}}\s({month})(?:\s((?:19|20)\d\d))?")
        self._readers: tuple[Callable[[str, list[str], date | None], str | None], ...] = (
            self._read_dotted,
            self._read_day,
            self._read_distance,
            self._read_month,
            self._read_season,
            self._read_decade,
            self._read_year,
            self._read_weekday,
            self._read_relative,
            self._read_adverb,
        )

    def read(self, text: str, today: str | None) -> str | None:
        """Return the ISO 8601 value of `text`, or None where it has none or needs a date that is missing."""
        text = " ".join(text.lower().split())
        words = text.split()
        now = date.fromisoformat(today) if today else None
        for reader in self._readers:
            value = reader(text, words, now)
            if value is not None:
                return self._open(words, value)
        return None

    def _open(self, words: list[str], value: str) -> str:
        if "/" in value:
            return "../" + value.split("/")[1] if words[0] in self._edges["until"] else value
        if words[0] in self._edges["until"]:
            return f"../{value}"
        month = any(word in self._months for word in words)
        dated = month or (_YEAR.search(" ".join(words)) is not None and not self._count(words))
        return f"{value}/.." if words[0] in self._edges["from"] and dated else value

    def _read_dotted(self, text: str, words: list[str], now: date | None) -> str | None:
        match = _DOTTED.search(text)
        if match is None:
            return None
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return _day(year, int(match[2]), int(match[1]))

    def _read_day(self, text: str, words: list[str], now: date | None) -> str | None:
        values = []
        for match in self._day_month.finditer(text):
            day, month = int(match[1]), self._months[match[2]]
            year = int(match[3]) if match[3] else self._year_of(words, month, now)
            values.append(_day(year, month, day) if year else None)
        if len(values) == 2 and values[0] and values[1]:
            return f"{values[0]}/{values[1]}"
        return values[0] if values else None

    def _read_month(self, text: str, words: list[str], now: date | None) -> str | None:
        months = [self._months[word] for word in words if word in self._months]
        if not months:
            return None
        years = [int(match[1]) for match in _YEAR.finditer(text)]
        if len(months) == 2 and len(years) == 2:
            return f"{years[0]}-{months[0]:02}/{years[1]}-{months[1]:02}"
        year = years[0] if years else self._year_of(words, months[0], now)
        return f"{year}-{months[0]:02}" if year else None

    def _read_season(self, text: str, words: list[str], now: date | None) -> str | None:
        season = next((self._seasons[word] for word in words if word in self._seasons), None)
        if season is None:
            return None
        match = _YEAR.search(text)
        year = int(match[1]) if match else self._shifted_year(words, now)
        if year is None:
            return None
        return f"{year}-{season[0]:02}/{year + (season[1] < season[0])}-{season[1]:02}"

    def _read_decade(self, text: str, words: list[str], now: date | None) -> str | None:
        match = _DECADE.search(text)
        return f"19{match[1]}/19{match[1][0]}9" if match else None

    def _read_year(self, text: str, words: list[str], now: date | None) -> str | None:
        match = _YEAR.search(text)
        if match is None:
            return None
        if match[2]:
            return f"{match[1]}/{match[2] if len(match[2]) == 4 else match[1][:2] + match[2]}"
        return match[1]

    def _read_weekday(self, text: str, words: list[str], now: date | None) -> str | None:
        weekday = next((self._weekdays[word] for word in words if word in self._weekdays), None)
        if weekday is None or now is None:
            return None
        ahead = (weekday - now.weekday()) % 7
        shift = self._shift_of(words)
        if shift is None:
            days = ahead if ahead <= 3 else ahead - 7
        else:
            days = {0: ahead - 7 if ahead > 3 else ahead, -1: ahead - 7, 1: ahead or 7}[shift]
        return (now + timedelta(days)).isoformat()

    def _read_distance(self, text: str, words: list[str], now: date | None) -> str | None:
        count, unit = self._count(words), self._unit_of(words)
        if now is None or unit is None:
            return None
        edges = self._edges
        if not edges["past_span"].isdisjoint(words) or not edges["next_span"].isdisjoint(words):
            past = not edges["past_span"].isdisjoint(words)
            other = _move(now, -count if past else count, unit) if count else None
            return None if other is None else f"{min(now, other)}/{max(now, other)}"
        if words[0] in edges["ago"] and (count or len(words) == 2):
            if not count and words[1] not in edges["one_unit"]:
                return None
            return _trim(_move(now, -(count or 1), unit), unit)
        return _trim(_move(now, count, unit), unit) if words[0] in edges["after"] and count else None

    def _read_relative(self, text: str, words: list[str], now: date | None) -> str | None:
        shift, unit = self._shift_of(words), self._unit_of(words)
        if now is None or shift is None or unit is None or unit == "day":
            return None
        moved = _move(now, shift, unit)
        if unit == "week":
            year, week, _ = moved.isocalendar()
            return f"{year}-W{week:02}"
        return _trim(moved, unit)

    def _read_adverb(self, text: str, words: list[str], now: date | None) -> str | None:
        if now is None:
            return None
        if not self._edges["next_year"].isdisjoint(words):
            return str(now.year + 1)
        days = next((self._days[word] for word in words if word in self._days), None)
        return None if days is None else (now + timedelta(days)).isoformat()

    def _count(self, words: list[str]) -> int:
        for word in words:
            if word in self._numbers:
                return self._numbers[word]
            if word.isdigit() and len(word) < 3:
                return int(word)
        return 0

    def _unit_of(self, words: list[str]) -> str | None:
        return next((self._units[word] for word in words if word in self._units), None)

    def _shift_of(self, words: list[str]) -> int | None:
        return next((self._shift[word] for word in words if word in self._shift), None)

    def _shifted_year(self, words: list[str], now: date | None) -> int | None:
        shift = self._shift_of(words)
        if now is None:
            return None
        if not self._edges["next_year"].isdisjoint(words):
            return now.year + 1
        return now.year + (shift or 0)

    def _year_of(self, words: list[str], month: int, now: date | None) -> int | None:
        """Return the year of a month named without one: the said one, else the nearest to the date."""
        if now is None:
            return None
        if self._shift_of(words) is not None or not self._edges["next_year"].isdisjoint(words):
            return self._shifted_year(words, now)
        return min(
            (now.year, now.year - 1, now.year + 1), key=lambda y: abs((y - now.year) * 12 + month - now.month)
        )


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _move(day: date, count: int, unit: str) -> date:
    if unit == "day":
        return day + timedelta(count)
    if unit == "week":
        return day + timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _trim(day: date, unit: str) -> str:
    return {"year": day.isoformat()[:4], "month": day.isoformat()[:7]}.get(unit, day.isoformat())

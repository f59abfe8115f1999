"""Write the law data's zones and days of rest (``law/data/calendars.toml``) from two libraries.

Run by hand when they have news: ``.venv/bin/python scripts/write_calendars.py``, then ``make law``. The
node never asks the libraries: what was compiled travels in the bundle, so that both sides count alike.
"""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import metadata, resources
from inspect import signature
from pathlib import Path

import holidays
import tzdata

from comity.law import packaged_bundle

DATA = Path(__file__).parent.parent / "src" / "comity" / "law" / "data"
ZONES = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
DAYS = date(2025, 1, 1), date(2030, 12, 31)

SEAT = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PG": "Pacific/Port_Moresby", "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Where a State has several zones: that of the seat of its government, which stands first."""

HEAD = """\
# Zones and days of rest of States, written by scripts/write_calendars.py from the libraries named below, not
# by hand. A zone: offsets from UTC in minutes, each with the instant in UTC from which it holds. A State: its
# zones, that of the seat of government first; weekdays of rest (1 is Monday); the last day for which its days
# are known; then its days of rest, year by year, as month and day. "~": an estimate (the moon decides). "+":
# a weekday of rest that is worked. National days alone; what a State decrees at short notice, or one of its
# parts keeps, is not here.
"""


def offsets(zone: zoneinfo.ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """Each offset in minutes and the instant from which it holds, by looking at every quarter of an hour."""
    at, step, last = ZONES[0], timedelta(hours=24), None
    while at < ZONES[1]:
        now = minutes(zone, at)
        if now != last:
            if last is not None:
                low = at - step
                while at - low > timedelta(minutes=1):
                    middle = low + (at - low) // 2
                    low, at = (low, middle) if minutes(zone, middle) == now else (middle, at)
                at = at.replace(second=0, microsecond=0)
            yield at, now
            last = now
        at += step


def minutes(zone: zoneinfo.ZoneInfo, at: datetime) -> int:
    """How far local time is ahead of UTC."""
    offset = at.astimezone(zone).utcoffset()
    whole, rest = divmod(0 if offset is None else int(offset.total_seconds()), 60)
    if offset is None or rest:
        raise SystemExit(f"{zone.key}: no whole minutes at {at}")
    return whole


def zone_text(name: str) -> str:
    """A zone's table."""
    with resources.files(tzdata).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        zone = zoneinfo.ZoneInfo.from_file(file, key=name)
    return " ".join(f"{at:%Y%m%dT%H%M}{offset:+d}" for at, offset in offsets(zone))


def zones_by_state() -> dict[str, list[str]]:
    """The zones of each code in the time-zone database, in its order."""
    found: dict[str, list[str]] = {}
    table = resources.files(tzdata).joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            found.setdefault(code, []).append(name)
    return found


def days_text(code: str) -> str:
    """A State's weekdays of rest, the last day that is known, and its days."""
    shown = "islamic_show_estimated"
    kind = type(holidays.country_holidays(code))
    # Some of the library's States hide that a day is an estimate, unless asked.
    asked = {shown: True} if shown in signature(kind.__init__).parameters else {}
    told = kind(years=range(DAYS[0].year, DAYS[1].year + 1), language="en_US", **asked)
    every = [DAYS[0] + timedelta(days=n) for n in range((DAYS[1] - DAYS[0]).days + 1)]
    weekends = {frozenset(told._get_weekend(day)) for day in every}  # noqa: SLF001 - it may change by year
    if len(weekends) != 1:
        raise SystemExit(f"{code}: its weekend changes")
    weekend = weekends.pop()
    worked = [day for day in every if day.weekday() in weekend and told.is_working_day(day)]
    last = DAYS[1]
    held = {day.year for day in told}
    if worked:  # decreed year by year: what comes after is not known
        last = date(max(day.year for day in worked), 12, 31)
    elif held != {day.year for day in every}:
        last = date(max(held, default=2026), 12, 31)
    label = str(getattr(told, "estimated_label", "(estimated)")).replace("%s", "").strip()
    years = []
    for year in range(DAYS[0].year, last.year + 1):
        days = []
        for day in (one for one in every if one.year == year):
            if day.weekday() in weekend:
                days += [f"{day:%m%d}+"] if day in worked else []
            elif not told.is_working_day(day):
                name = told.get(day) or ""
                days.append(f"{day:%m%d}{'~' if 'estimated' in name or label in name else ''}")
        years.append(f"{year} {' '.join(days)}".strip())
    rest = "".join(str(day + 1) for day in sorted(weekend))
    return "; ".join([rest, last.isoformat(), *years])


def main() -> None:
    """Write the file."""
    states = [n.code for n in packaged_bundle().content.nations if n.kind == "state"]
    by_state, texts = zones_by_state(), {}
    lines = []
    for code in sorted(states):
        if code not in by_state:
            raise SystemExit(f"{code}: no zone")
        names = by_state[code]
        kept: dict[str, str] = {}
        for name in sorted(names, key=lambda name: (name != SEAT.get(code, names[0]), name)):
            kept.setdefault(zone_text(name), name)
        if len(names) > 1 and code not in SEAT:
            raise SystemExit(f"{code}: which zone first?")
        texts |= {name: text for text, name in kept.items()}
        days = days_text(code) if code in holidays.list_supported_countries() else "-"
        lines.append(f'{code} = "{" ".join(kept.values())}; {days}"')
    version = metadata.version
    text = [
        HEAD,
        "[calendar]",
        f'made_from = "tzdata {version("tzdata")}, holidays {version("holidays")}"',
        f'zones_until = "{ZONES[1]:%Y-%m-%dT%H:%M:%SZ}"',
        f'days_since = "{DAYS[0]}"',
        'mark = "B"',
        'sources = ["S-TZDB", "S-HOLIDAYS"]',
        "\n[calendar.zones]",
        *(f'"{name}" = "{text}"' for name, text in sorted(texts.items())),
        "\n[calendar.states]",
        *lines,
    ]
    (DATA / "calendars.toml").write_text("\n".join(text) + "\n", encoding="utf-8")
    print(f"{len(lines)} States, {len(texts)} zones")


if __name__ == "__main__":
    main()

"""Names of time zones as people write them, and the name in the zone database that they most likely mean."""

import re

from logstats import similar

EXAMPLE_NAME = "Asia/Ho_Chi_Minh"
EXAMPLE = f"use a name like {EXAMPLE_NAME}"
OF_VARIABLE = "TZ="  # begins a value of the variable TZ that names no zone
NOT_IN_DATABASE = {
    # a city or country that people name, and that the zone database lists under the name of another city
    "hanoi": "Asia/Ho_Chi_Minh",
    "ha_noi": "Asia/Ho_Chi_Minh",
    "da_nang": "Asia/Ho_Chi_Minh",
    "hue": "Asia/Ho_Chi_Minh",
    "vietnam": "Asia/Ho_Chi_Minh",
    "viet_nam": "Asia/Ho_Chi_Minh",
    "beijing": "Asia/Shanghai",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
}
LONGEST_ABBREVIATION = 4
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)


def advice(zone: str) -> str:
    """Return what to write instead of a name that no time zone has."""
    if zone.startswith(OF_VARIABLE):
        return (
            f"set TZ to a name like {EXAMPLE_NAME}, or name the zone with --timezone, "
            "or with timezone in logstats.toml"
        )
    if offset := _OFFSET.fullmatch(zone.strip()):
        return f"{EXAMPLE}{_of_offset(*offset.groups())}"
    found = _closest(zone)
    return f"did you mean '{found}'? Otherwise {EXAMPLE}" if found else EXAMPLE


def _of_offset(sign: str, hours: str, minutes: str | None) -> str:
    """Return the zone of an offset; the zone database names those of whole hours, with the other sign."""
    if int(minutes or 0) or not 0 < int(hours) <= 12:  # noqa: PLR2004 - Etc/GMT+12 is the last one
        return ""
    return f", or for the offset {sign}{int(hours)}: Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"


def _closest(zone: str) -> str | None:
    city = zone.rpartition("/")[2].strip().lower().replace(" ", "_")
    if city in NOT_IN_DATABASE:
        return NOT_IN_DATABASE[city]
    from zoneinfo import available_timezones  # noqa: PLC0415 - 20 ms, only for an error

    names = sorted(available_timezones() - {"localtime", "posixrules", "Factory", zone})
    cities = {name.rpartition("/")[2].lower(): name for name in names if "/" in name}
    is_abbreviation = "/" not in zone and len(zone) <= LONGEST_ABBREVIATION
    if city in cities or is_abbreviation:  # VST is Vietnam's for some programs, and most like MST
        return cities.get(city)
    whole = similar.closest(zone, names, similar.AS_MEANT)
    return whole or cities.get(similar.closest(city, cities, similar.AS_MEANT) or "")

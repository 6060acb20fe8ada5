# Reads a calendar on standard input and prints its entries as JSON.
import json
import sys

import icalendar

calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
entries = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    entry = {name.lower(): str(event.get(name, "")) for name in ("UID", "STATUS", "SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER")}
    entry["sequence"] = int(event["SEQUENCE"])
    for name in ("DTSTART", "DTEND", "DTSTAMP"):
        entry[name.lower()] = event.decoded(name).isoformat()
    entries.append(entry)
assert not calendar.errors, calendar.errors
json.dump({"method": str(calendar.get("METHOD", "")), "version": str(calendar["VERSION"]), "entries": entries}, sys.stdout)

# Reads a mail on standard input and prints what it is as JSON: its headers, its parts, its defects.
import email
import email.policy
import json
import sys

mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
parts = list(mail.walk())
defects = [str(defect) for part in parts for defect in part.defects]
defects += [str(defect) for value in mail.values() for defect in getattr(value, "defects", ())]
json.dump(
    {
        "names": sorted(name.lower() for name in mail.keys()),
        "subject": str(mail["Subject"]),
        "to": [[one.display_name, one.addr_spec] for one in mail["To"].addresses],
        "parts": [part.get_content_type() for part in parts],
        "text": mail.get_body(("plain",)).get_content(),
        "html": mail.get_body(("html",)).get_content(),
        "defects": defects,
    },
    sys.stdout,
)

"""Says of each payload in a file whether the package of its contract takes it: true or false."""

import json
import sys
from pathlib import Path

from latido.decoding import DecodeError
from latido.events import EVENTS
from latido.json_text import parse_json

if EVENTS is None:
    sys.exit("the package at hand is that of no contract")
for line in Path(sys.argv[1]).read_bytes().split(b"\n"):
    if not line:
        continue
    verdict = json.loads(line)
    try:
        EVENTS[verdict["payload"]].decode(parse_json(verdict["text"]))
    except DecodeError:
        print("false")
    else:
        print("true")

"""GS1 Digital Link: a web address whose path and query carry the elements.

biip reads it, once the symbology identifier is off and the path is cut to where its key begins
(biip takes the first thing that looks like a key, the standard the last). What biip lets pass is
refused here: an identifier said twice, unknown identifiers in the query, a qualifier in the query,
qualifiers of two kinds in one path.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI

from kiosk.inventory.scanning.element_strings import CONFIG
from kiosk.inventory.scanning.syntax import Element, dictionary

_SCHEME = re.compile(r"(?:https?|HTTPS?)://")
#: RFC 3986, with the host in letters, digits and what addresses of the internet protocol need.
_ADDRESS = re.compile(
    r"(?:https?|HTTPS?)://[\w.\-:\[\]]+(?P<path>/[^\s\"<>\\^`{|}\[\]?#]*)"
    r"(?:\?(?P<query>[^\s\"<>\\^`{|}\[\]#]*))?(?:#.*)?",
    re.ASCII,
)


def is_address(text: str) -> bool:
    """Whether a text is meant as a web address."""
    return _SCHEME.match(text) is not None


def read_link(text: str) -> list[Element] | str:
    """The elements of a Digital Link, or why it is none."""
    found = _ADDRESS.fullmatch(text) if text.isascii() else None
    if found is None:
        return "it is no valid web address"
    path = _from_key(found["path"])
    if path is None:
        return "it is a web address without GS1 data"
    query = parse_qsl(found["query"] or "", keep_blank_values=True)
    address = f"https://id.gs1.org{path}" + (f"?{found['query']}" if found["query"] else "")
    try:
        link = GS1DigitalLinkURI.parse(address, config=CONFIG)
    except ParseError:
        return "it is a web address whose GS1 data has a wrong form"
    except Exception:
        # What biip raises is not a closed set.
        return "it is a web address that cannot be read"
    elements = [(one.ai.ai, one.value) for one in link.element_strings]
    return _query_problem(path, query) or elements


def _from_key(path: str) -> str | None:
    parts = path.split("/")
    # Pairs of identifier and value, from the end: a value may look like a key too.
    for place in range(len(parts) - 2, 0, -2):
        entry = dictionary().get(parts[place])
        if entry is not None and entry.qualifiers is not None:
            return "/" + "/".join(parts[place:])
    return None


def _query_problem(path: str, query: list[tuple[str, str]]) -> str | None:
    in_path = path.split("/")[1::2]
    known = dictionary()
    # Key of a path that biip read: it is in the dictionary, with qualifiers.
    sequences = known[in_path[0]].qualifiers or ()
    fitting = [s for s in sequences if set(in_path[1:]) <= set(s)]
    if in_path[1:] and not fitting:
        return f"({') and ('.join(in_path[1:])}) cannot stand in one path"
    said = set(in_path)
    for ai, value in query:
        if not ai.isdigit():
            continue
        if ai not in known:
            return f"GS1 knows no application identifier ({ai})"
        if ai in said:
            return f"({ai}) stands in it twice"
        if not value:
            return f"({ai}) is empty"
        if any(ai in s for s in fitting) or not known[ai].attribute:
            return f"({ai}) cannot stand in the query of a Digital Link"
        said.add(ai)
    return None

"""Everything the desk may have to name has Japanese words."""

from __future__ import annotations

import re

from desk.staff import Role
from desk.words import words
from handoff.ticket import Reason, State
from settings import ROOT


def test_every_reason_state_and_role_is_named() -> None:
    for group, kinds in (("reasons", Reason), ("states", State), ("roles", Role), ("role_notes", Role)):
        assert set(words(group)) == {kind.value for kind in kinds}


def test_every_event_of_a_ticket_is_named() -> None:
    changes = "".join(path.read_text() for path in (ROOT / "handoff").glob("*changes.py"))
    queue = (ROOT / "handoff" / "queue.py").read_text()
    events = set(re.findall(r'\.change\(\s*number, "(\w+)"', changes))
    events |= set(re.findall(r'ticket, "(\w+)", "bot"', queue)) | {"hand_up", "hand_down"}
    assert len(events) == 32 and events == set(words("events"))


def test_every_recorded_action_is_named() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "desk").glob("*.py"))
    actions = set(re.findall(r'audit\(request, "([a-z_.]+)"', sources)) - {"article.saved"}
    assert len(actions) > 8 and actions <= set(words("actions"))


def test_every_reason_to_refuse_a_company_account_is_named() -> None:
    sources = {path.stem: path.read_text() for path in (ROOT / "desk").glob("oidc*.py")}
    everything = "".join(sources.values())
    raised = re.findall(r'(?<!== )"(\w+)"', "".join(re.findall(r"raise Refused\((.*)\)", everything)))
    found = re.findall(r'jwt\.\w+: "(\w+)"|refused?\(request, "(\w+)"|_refused", "(\w+)"', everything)
    people = re.findall(r'(?:return |Arrival\(\w+, )(?:"" if .+ else )?"(\w+)"', sources["oidc_people"])
    kinds = {kind for kinds in found for kind in kinds if kind} | {*raised, *people}
    assert len(kinds) == 23 and kinds == set(words("refusals"))

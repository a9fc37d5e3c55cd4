"""The rules once more, as slowly and plainly as one would explain them to somebody."""

from dataclasses import replace

from houqin.kernel.rules import Case, Conditions, Kind, Rule, Value


def holds(text: str, word: str) -> bool:
    """Try every place of the text."""
    stem, starred = (word[:-1], True) if word.endswith("*") else (word, False)
    if not stem:
        return False
    for at in range(len(text)):
        if text[at : at + len(stem)] != stem:
            continue
        before, after = text[:at][-1:], text[at + len(stem) :][:1]
        joined_before = latin(before) and latin(stem[0])
        joined_after = latin(after) and latin(stem[-1])
        if not joined_before and (starred or not joined_after):
            return True
    return False


def latin(char: str) -> bool:
    return bool(char) and char.isalnum() and ord(char) < 0x2E80


def fits(when: Conditions, case: Case) -> bool:
    found = {word: holds(case.text, word) for word in (*when.some, *when.every, *when.none)}
    asked = {
        "some": not when.some or any(found[word] for word in when.some),
        "every": all(found[word] for word in when.every),
        "none": not any(found[word] for word in when.none),
        "channel": not when.channels or case.channel in when.channels,
        "contact": not when.contacts or case.contact in when.contacts,
        "domain": not when.domains or any(domain_fits(case.domain, one) for one in when.domains),
        "place": when.place is None or when.place in case.places,
        "department": not when.departments or case.department in when.departments,
        "category": not when.categories or case.category in when.categories,
        "service": not when.services or case.service in when.services,
        "unknown": not (when.unknown and case.category is not None),
        "hours": {
            "": True,
            "working": case.is_open,
            "outside": not case.is_open,
            "day_off": not case.is_working_day,
        }[when.hours],
        "window": when.window is None or case.minute in minutes_of(*when.window),
    }
    return all(asked.values())


def domain_fits(domain: str, of: str) -> bool:
    labels, wanted = domain.split("."), of.split(".")
    return labels[-len(wanted) :] == wanted


def minutes_of(begins: int, ends: int) -> set[int]:
    """Every minute from the one to the other, over midnight where the end is not after the start."""
    if begins < ends:
        return set(range(begins, ends))
    return set(range(begins, 1_440)) | set(range(ends))


def decided(rules: list[Rule], case: Case) -> tuple[list[int], dict[str, tuple[int, Value | Kind]]]:
    """The rules that fit, and who decides each field."""
    order: list[int] = []
    by: dict[str, tuple[int, Value | Kind]] = {}
    seen = case
    for rule in rules:
        if not fits(rule.when, seen):
            continue
        order.append(rule.key)
        for name, value in rule.then.items():
            by.setdefault(name, (rule.key, value))
        kind = by.get("kind")
        if case.category is None and kind is not None and isinstance(kind[1], Kind):
            seen = replace(case, category=kind[1].category, service=kind[1].service)
        if rule.stops:
            break
    return order, by

"""Criminal law that the fictional States XA and XB adopt, as overlays that their advisers would write."""

from comity.law import Bundle, apply_overlay, compile_overlay, load_overlay

HEAD = """
[overlay]
state = "{state}"
name = "Criminal law of {state}"
version = 1
on = "2026-11-01"
review_by = "2027-11-01"
"""
OF_LAW = 'mark = "A"\nsources = ["{source}"]\nlast_checked = "2026-11-01"\nreview_by = "2027-11-01"\n'


def offence(concept, *requires, **more):
    """One offence; each of ``requires`` is an element, or several of which one will do (``a|b``)."""
    lines = [f'concept = "{concept}"', f'provision = "{more.pop("provision", "Code, s. " + concept)}"']
    asked = [one.split("|") for one in requires]
    lines.append(f"requires = {asked}")
    lines += [f"{name} = {_toml(value)}" for name, value in more.items()]
    return "\n[[nation.offences]]\n" + "\n".join(lines) + "\n" + OF_LAW


def rule(**more):
    """How dual criminality is tested there; ``complete`` unless it says otherwise."""
    told = {"complete": True, **more}
    return "\n[nation.criminality]\n" + "".join(f"{n} = {_toml(v)}\n" for n, v in told.items()) + OF_LAW


def _toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def adopt(content, state, *parts):
    """Law data with what this State adopted over it."""
    source = content.sources[0].key
    text = HEAD.format(state=state) + "".join(parts).replace("{source}", source)
    overlay = load_overlay(compile_overlay(text.encode()))
    # Applied to the States alone: the whole would be written and read anew for each example.
    alone = content.model_copy(update=dict.fromkeys(("provisions", "articles", "tables", "status"), ()))
    adopted = apply_overlay(alone, overlay, "ab" * 32)
    return Bundle(content.model_copy(update={"nations": adopted.nations}), b"")


def both(content, xa, xb):
    """Law data in which both have adopted."""
    return adopt(adopt(content, "XA", *xa).content, "XB", *xb)

"""The form of a request as a JSON Schema (2020-12), made from what the law data says of its measure.

Promises: what the form of a measure must say, the schema requires, by the same data and under the same
bases; so a program of others can check a request file before it is sent, and a measure that is only in the
law data has its schema as well. It describes a request file as JSON, with what was left blank left out.

Leaves to others: reading a file (``draft``), what is wrong in the words of people (``contents``), and whether
the request is lawful (``safeguards``, ``cases``): a file can fit the schema and be refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from comity.acts.terms import DataType, Urgency
from comity.app.draft import Draft
from comity.errors import NotPermitted
from comity.law import Bundle, Measure
from comity.law.model import Content

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def request_schema(bundle: Bundle, measure: Measure) -> Schema:
    """The schema of a request for the measure.

    Raises:
        NotPermitted: nobody asks for this measure by a request.
    """
    if not measure.signed_by("request"):
        raise NotPermitted("draft.no_request", measure=measure.key)
    schema = Draft.model_json_schema(by_alias=True)
    shapes = schema.pop("$defs")
    members = schema["properties"]
    members["kind"] = {"const": "request"}
    members["measure"] = {"const": measure.key}
    # A sort of item is one of the measure's; the shape stays a list of all, since bundles may know fewer.
    sorts = [sort for sort in DataType if sort.value in measure.items]
    shapes["DraftItem"]["properties"]["data"] = {"enum": [sort.value for sort in sorts]}
    statements = [one for one in measure.contents if one.said_in == "statement"]
    text = members["statements"]["additionalProperties"]
    members["statements"] = {
        "type": "object",
        "properties": {one.key: {**text, "description": one.summary} for one in statements},
        "additionalProperties": False,
    }
    papers = [one for one in measure.contents if one.said_in == "paper"]
    shapes["DraftPaper"]["properties"]["content"] = {"enum": [one.key for one in papers]} if papers else False
    if not any(signing.ratify_within_hours for signing in measure.signed_by("request")):
        members["ratify_within_hours"] = False
    return {
        "$schema": DIALECT,
        "$id": f"urn:comity:request:{measure.key}:{bundle.digest}",
        "title": measure.key,
        "description": measure.summary,
        **{key: value for key, value in schema.items() if key not in {"title", "description"}},
        "allOf": list(_needed(bundle, measure)),
        "$defs": shapes,
    }


def _needed(bundle: Bundle, measure: Measure) -> Iterable[Schema]:
    """What is always needed; of what an instrument asks for, where the request rests on that instrument."""
    for content in measure.contents:
        demand = _demand(content)
        if content.needed != "always" or demand is None:
            continue
        demand = {"description": content.summary, **demand}
        if content.practice:
            yield demand
            continue
        instruments = sorted({bundle.provision(key).instrument for key in content.provisions})
        # Where nothing asks for it, the empty list holds of no request, and nothing is required.
        on_one = {"properties": {"instrument": {"enum": instruments}}, "required": ["instrument"]}
        yield {"if": {"properties": {"bases": {"contains": on_one}}}, "then": demand}


def _demand(content: Content) -> Schema | None:
    """What a file has to have that says a content; none where no file can be silent, or a check reads it."""
    match content.said_in:
        case "target":
            return {"properties": {"items": {"items": {"required": ["account"]}}}}
        case "period":
            return {"properties": {"items": {"items": {"required": ["since", "until"]}}}}
        case "urgency":
            urgent = [one.value for one in Urgency if one is not Urgency.ORDINARY]
            return {"properties": {"urgency": {"enum": urgent}}, "required": ["urgency"]}
        case "secrecy":
            return {"properties": {"confidential": {"const": True}}}
        case "earlier":
            return {"required": ["follows"]}
        case "origin":
            return {"required": ["origin"]}
        case "statement":
            said = {"required": [content.key]}
            return {"properties": {"statements": said}, "required": ["statements"]}
        case "paper":
            shown = {"contains": {"properties": {"content": {"const": content.key}}}}
            return {"properties": {"papers": shown}, "required": ["papers"]}
        case _:
            return None

"""Write ``src/comity/interop/case-1.5.0.json``: what the ontologies CASE 1.5.0 and UCO 1.5.0 ask of a graph.

Read from the file that ``case-utils`` carries (development only). Kept are the names of all concepts, the
hierarchy of classes, for each class what its properties must be (how many, of which type or class, of which
words), and which classes exclude each other. Left out, and told in the checker's module: rules about
ontologies themselves, dictionaries and threads, and alternatives (``sh:or``, ``sh:xone``).
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH, XSD

TARGET = Path(__file__).resolve().parents[1] / "src" / "comity" / "interop" / "case-1.5.0.json"
OURS = ("https://ontology.caseontology.org/", "https://ontology.unifiedcyberontology.org/")
KINDS = {SH.IRI: "iri", SH.BlankNodeOrIRI: "resource", SH.Literal: "literal"}


def ours(iri: object) -> bool:
    """Whether it is a concept of CASE or UCO."""
    return isinstance(iri, rdflib.URIRef) and str(iri).startswith(OURS)  # URIRef has its own


def main() -> None:
    """Write the table."""
    graph = rdflib.Graph()
    graph.parse(data=(files("case_utils.ontology") / "case-1.5.0.ttl").read_text("utf-8"), format="turtle")
    classes = {
        str(one): sorted(str(o) for o in graph.objects(one, RDFS.subClassOf) if ours(o))
        for one in graph.subjects(RDF.type, OWL.Class)
        if ours(one)
    }
    shapes: dict[str, dict[str, dict[str, object]]] = {}
    excluded: set[tuple[str, str]] = set()
    for shape in set(graph.subjects(RDF.type, SH.NodeShape)):
        for cls in {shape, *graph.objects(shape, SH.targetClass)} & {rdflib.URIRef(c) for c in classes}:
            for one in graph.objects(shape, SH["not"]):
                excluded |= {(str(cls), str(o)) for o in graph.objects(one, SH["class"]) if ours(o)}
            for prop in graph.objects(shape, SH.property):
                take(graph, prop, shapes.setdefault(str(cls), {}))
    value = {
        "from": "CASE 1.5.0, UCO 1.5.0 (Apache-2.0), by case-utils; scripts/write_case_shapes.py",
        "concepts": sorted(concepts(graph)),
        "classes": classes,
        "shapes": {cls: dict(sorted(found.items())) for cls, found in shapes.items() if found},
        "excluded": sorted(excluded),
    }
    text = json.dumps(shorten(value), indent=0, sort_keys=True, ensure_ascii=False)
    TARGET.write_text(
        text.replace(",\n", ",").replace("[\n", "[").replace("\n]", "]") + "\n", encoding="utf-8"
    )


def take(graph: rdflib.Graph, prop: rdflib.term.Node, into: dict[str, dict[str, object]]) -> None:
    """Add what one property shape asks."""
    path = graph.value(prop, SH.path)
    if not isinstance(path, rdflib.URIRef) or graph.value(prop, SH.deactivated):
        return
    asked: dict[str, object] = {}
    for name, member in (("max", SH.maxCount), ("min", SH.minCount)):
        number = graph.value(prop, member)
        if number is not None and int(number) > (0 if name == "min" else -1):
            asked[name] = int(number)
    kind = graph.value(prop, SH.nodeKind)
    if kind is not None:
        asked["kind"] = KINDS[kind]
    for name, member in (("type", SH.datatype), ("class", SH["class"])):
        found = graph.value(prop, member)
        if found is not None:
            asked[name] = str(found)
    listed = graph.value(prop, SH["in"])
    if listed is not None:
        words = [str(one) for one in graph.items(listed) if isinstance(one, rdflib.Literal)]
        if words and all(one.datatype in {None, XSD.string} for one in graph.items(listed)):
            asked["in"] = sorted(words)
    held = into.setdefault(str(path), {})
    if "max" in asked and "max" in held:  # the narrower of two
        asked["max"] = held["max"] = min(int(str(asked["max"])), int(str(held["max"])))
    for name, found in asked.items():
        if held.setdefault(name, found) != found:
            raise SystemExit(f"two {name} for {path}: {held[name]} and {found}")


def concepts(graph: rdflib.Graph) -> set[str]:
    """The addresses of everything that the ontologies define, or were called."""
    kinds = (
        OWL.Class, OWL.AnnotationProperty, OWL.DatatypeProperty, OWL.ObjectProperty, RDFS.Datatype,
        SH.NodeShape, SH.PropertyShape, SH.Shape, OWL.Ontology,
    )  # fmt: skip
    found = {str(one) for kind in kinds for one in graph.subjects(RDF.type, kind) if ours(one)}
    for member in (
        OWL.backwardCompatibleWith,
        OWL.imports,
        OWL.incompatibleWith,
        OWL.priorVersion,
        OWL.versionIRI,
    ):
        found |= {str(one) for pair in graph.subject_objects(member) for one in pair if ours(one)}
    historical = (files("case_utils.ontology") / "ontology_and_version_iris.txt").read_text("utf-8")
    return found | {line.strip() for line in historical.splitlines() if line.strip()}


def shorten(value: object) -> object:
    """With the ontologies' own addresses and that of XML Schema written short."""
    if isinstance(value, dict):
        return {shorten(name): shorten(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shorten(inner) for inner in value]
    if isinstance(value, str):
        return value.replace(OURS[0], "C:").replace(OURS[1], "U:").replace(str(XSD), "X:")
    return value


if __name__ == "__main__":
    main()

"""Law data with the marks of some of its records lowered, as where less was read."""


def lowered(content, targets, mark):
    """The law data with the marks of some records lowered."""

    def lower(provision):
        return provision.model_copy(update={"mark_content": mark}) if provision.key in targets else provision

    def base(basis):
        return basis.model_copy(update={"mark": mark}) if f"basis.{basis.instrument}" in targets else basis

    return content.model_copy(
        update={
            "provisions": tuple(lower(p) for p in content.provisions),
            "measures": tuple(
                m.model_copy(update={"bases": tuple(base(b) for b in m.bases)}) for m in content.measures
            ),
            "status": tuple(
                e.model_copy(update={"mark": mark}) if f"status.{e.instrument}" in targets else e
                for e in content.status
            ),
        }
    )

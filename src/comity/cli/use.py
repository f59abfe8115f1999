"""Using what was given: asked each time, for what and in which proceeding; and destroying it.

Promises: what bars a use is named with the paragraphs that speak of it; with ``--dry-run`` nothing is used,
and the asking is recorded all the same.

Leaves to others: the rule (``cases.use``), the deeds (``app.use``, ``app.destroy``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.acts.terms import Disposal, Purpose, UseKind
from comity.cli.command import argument, as_person, command, option
from comity.cli.saying import SHORT, choice, instant, tell
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.app.use import Answered


@command("use")
@argument("request", metavar="REQUEST")
@as_person
@option("--exhibit", "exhibits", multiple=True, required=True, metavar="EXHIBIT")
@option("--kind", type=choice(UseKind), default=UseKind.STATED.value, show_default=True)
@option("--purpose", type=choice(Purpose), default=Purpose.COURT.value, show_default=True)
@option("--number", required=True, metavar="TEXT")
@option("--authority", required=True, metavar="TEXT")
@option("--stage", required=True, metavar="TEXT")
@option("--text", required=True, metavar="TEXT")
@option("--reasons", metavar="TEXT")
@option("--consent", metavar="ACT")
@option("--to", metavar="STATE")
@option("--on", metavar="INSTANT")
@option("--dry-run", is_flag=True)
@option("--seek", is_flag=True)
@click.pass_obj
def use_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    exhibits: tuple[str, ...],
    kind: str,
    purpose: str,
    number: str,
    authority: str,
    stage: str,
    text: str,
    reasons: str | None,
    consent: str | None,
    to: str | None,
    on: str | None,
    dry_run: bool,
    seek: bool,
) -> None:
    """``comity use``."""
    from comity.acts import Proceeding
    from comity.app.afterwards import seek_consent
    from comity.app.look import find_act
    from comity.app.use import Wanted, ask_use, refusal, use_exhibits
    from comity.wire import build

    before = build(Proceeding, {"number": number, "authority": authority, "stage": stage})
    when = None if on is None else instant(on)
    with session.node() as node:
        if consent is not None:
            with node.db.read() as conn:
                consent = find_act(node, conn, consent).id
        wanted = Wanted(
            exhibits,
            before,
            text,
            kind=UseKind(kind),
            purpose=Purpose(purpose),
            consent=consent,
            to=to,
            on=when,
        )
        person = node.person(who)
        if not dry_run and not seek:
            tell(session, node, use_exhibits(node, request, person, wanted, reasons=reasons)[1])
            return
        answered = ask_use(node, request, person, wanted, reasons=reasons)
        if seek and answered.seek is not None:
            draft = answered.seek
            said = seek_consent(
                node,
                request,
                person,
                use=draft.use,
                exhibits=draft.exhibits,
                items=(),
                text=text,
                proceeding=before,
                conditions=draft.conditions,
                to=draft.to,
            )
            tell(session, node, said)
            return
        if seek:
            raise refusal(answered)
    session.show(_value(answered), lambda: _words(session, answered))


@command("destroy")
@argument("request", metavar="REQUEST")
@as_person
@option("--exhibit", "exhibits", multiple=True, required=True, metavar="EXHIBIT")
@option("--manner", type=choice(Disposal), default=Disposal.DESTROYED.value, show_default=True)
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def destroy_command(
    session: Session, /, *, request: str, who: str, exhibits: tuple[str, ...], manner: str, text: str
) -> None:
    """``comity destroy``."""
    from comity.app.destroy import destroy

    with session.node() as node:
        how = Disposal(manner)
        said = destroy(node, request, node.person(who), exhibits=exhibits, text=text, manner=how)
        tell(session, node, said)


def _value(answered: Answered) -> dict[str, Any]:
    def plain(bars: Any) -> list[dict[str, Any]]:
        return [{"exhibit": b.exhibit, "limit": b.limit, "name": b.name, "source": b.source} for b in bars]

    return {
        "asked": answered.act.id,
        "verdict": answered.judged.verdict,
        "allowed": answered.allowed,
        "bars": plain(answered.judged.bars),
        "questions": plain(answered.judged.questions),
        "provisions": [p.key for p in answered.provisions],
    }


def _words(session: Session, answered: Answered) -> Iterator[str]:
    yield session.text(f"cli.use.{answered.judged.verdict}", asked=answered.act.id[:SHORT])
    for bar in (*answered.judged.bars, *answered.judged.questions):
        yield session.text(
            "cli.use.limit",
            exhibit=bar.exhibit,
            limit=bar.limit if bar.name is None else f"{bar.limit} ({bar.name})",
            source="-" if bar.source is None else bar.source[:SHORT],
        )
    for provision in answered.provisions:
        yield f"  {provision.instrument} {provision.pointer} ({provision.mark_content}): {provision.summary}"

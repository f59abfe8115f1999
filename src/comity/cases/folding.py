"""Folding a set of shared acts into a case: who is in order, what has effect, what state that leaves.

Promises: a function of the *set* of acts and of nothing else: in whatever order, however often, on
whichever side they came in. An act is judged once, against the state of its own past, and that
judgement never changes; what does not stand moves nothing.

How: acts are taken in the canonical order (``history``). The state of any past is the effect of its
acts that are in order, less, in this sequence:

1. acts that the other State rejected;
2. of two acts to which their State gave one number and that were not rejected, the one with the larger
   id; and what that State said on a branch alone that fell or was rejected (kept, flagged as equivocation).
   So a State that says a second thing under a used number, and is told that it may not, takes nothing back;
3. what rests on any of these;
4. of two acts of both sides about one request, said at once, the one that the table's pair drops, if the
   other stands itself;
5. what rests on these.

Leaves to others: whether a single act is in order (``judgement``), and what it does (``effect``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from comity.acts import Act, state_of
from comity.cases.case import Case, Equivocation
from comity.cases.effect import Requests, any_premise, apply, decided, premises
from comity.cases.history import Acts, History, bits
from comity.cases.judgement import allows, judge_past
from comity.cases.standing import Equivocal, InOrder, NotInOrder, Parked, Standing, Void, WithoutEffect
from comity.errors import BadInput, Conflict
from comity.law import Table

Outs = Mapping[int, Void | WithoutEffect | Equivocal]
"""Acts that are in order by their own past and have no effect in a set, by place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The state that a set of acts leaves."""

    requests: Requests
    outs: Outs


_EMPTY = Picture({}, {})


class Folding:
    """The judgements and states of one set of acts; remembered by set, since most pasts are shared."""

    def __init__(self, acts: Iterable[Act], tables: Mapping[str, Table], early: Collection[str] = ()) -> None:
        self.tables = dict(tables)
        self.history = History(acts, early)
        self.verdicts: list[InOrder | NotInOrder] = []
        self.rests_on: list[tuple[int, ...]] = []
        self.rests_on_any: list[tuple[tuple[int, ...], ...]] = []
        self.carries_out: list[tuple[int, ...]] = []
        self.in_order: Acts = 0
        self.rejections: Acts = 0
        self.registered: Acts = 0
        self._pictures: dict[Acts, Picture] = {0: _EMPTY}
        for index, act in enumerate(self.history.acts):
            past = self.history.past[index]
            self.registered |= act.header.registered << index
            verdict = self.judge(act, past, tables.get(act.header.law.table))
            self.verdicts.append(verdict)
            self.rests_on.append(())
            self.rests_on_any.append(())
            self.carries_out.append(())
            if not isinstance(verdict, InOrder):
                continue
            self.in_order |= 1 << index
            if act.header.kind == "reject":
                self.rejections |= 1 << index
            request = self.picture(past).requests.get(act.header.about or "")
            measure = "" if request is None else request.measure
            required = tables[act.header.law.table].required(act.header.kind, measure)
            self.rests_on[index] = self._places(premises(act, request))
            self.rests_on_any[index] = tuple(self._places(one) for one in any_premise(act, request))
            self.carries_out[index] = self._places(decided(act, request, required))

    def judge(self, act: Act, past: Acts, table: Table | None, *, own: bool = False) -> InOrder | NotInOrder:
        """Judge an act, in the history or not, whose past is in it. ``own``: as ``judge_past``."""
        said = self.history.of_state.get(act.header.state, 0) & past
        return judge_past(
            act,
            table,
            requests=self.picture(past).requests,
            past=_Past(self, past),
            heads=self.history.are_heads(act.header.after),
            number=self.history.next_number(act.header.state, past),
            mixed=bool(said & (~self.registered if act.header.registered else self.registered)),
            own=own,
        )

    def picture(self, among: Acts) -> Picture:
        """The state of a set that holds each act's past with it; its acts must be judged."""
        known = self._pictures.get(among)
        if known is not None:
            return known
        before, rest = self.history.cut(among)
        if self._reaches_back(rest):
            before, rest = 0, among
        # What comes before a cut is the past of an act that was judged: its state is remembered.
        base = self.picture(before)
        found = self._extend(base, rest)
        self._pictures[among] = found
        return found

    def _reaches_back(self, rest: Acts) -> bool:
        """Whether a rejection among these names an act before them, so that the state is made anew."""
        for index in bits(rest & self.rejections):
            target = self.history.place[self.history.acts[index].terms.act]
            if self.in_order >> target & 1 and not rest >> target & 1:
                return True
        return False

    def _extend(self, base: Picture, rest: Acts) -> Picture:
        outs = {**base.outs, **self._outs(rest)}
        requests = base.requests
        for index in bits(rest & self.in_order):
            if index not in outs:
                past = self.history.past[index]
                requests = apply(requests, self.history.acts[index], _Past(self, past).had)
        return Picture(requests, outs)

    def _outs(self, rest: Acts) -> dict[int, Void | WithoutEffect | Equivocal]:
        """Which acts after a cut are without effect, and of what because of them.

        What rests on an act that fell before the cut knew that it fell, and so was not in order.
        """
        acts = self.history.acts
        live = rest & self.in_order
        rejected: dict[int, Void] = {}
        for index in bits(live & self.rejections):
            target = self.history.place[acts[index].terms.act]
            if self.in_order >> target & 1:
                rejected.setdefault(target, Void(acts[index].id))
        outs: dict[int, Void | WithoutEffect | Equivocal] = {**self._equivocal(live, rejected), **rejected}
        self._fell_with(live, outs, self.carries_out)
        outs |= self._dropped(live, outs)
        self._fell_with(live, outs)
        return outs

    def _places(self, ids: Iterable[str]) -> tuple[int, ...]:
        return tuple(self.history.place[id] for id in ids)

    def _fell_with(
        self,
        live: Acts,
        outs: dict[int, Void | WithoutEffect | Equivocal],
        more: Sequence[tuple[int, ...]] | None = None,
    ) -> None:
        """Add what rests on acts that fell (``more``: these too); a premise comes before what rests on it."""
        for index in bits(live):
            if index in outs:
                continue
            gone = (one[-1] for one in self.rests_on_any[index] if outs.keys() >= set(one))
            for premise in (*self.rests_on[index], *gone, *(more[index] if more else ())):
                fallen = outs.get(premise)
                if fallen is not None:
                    outs[index] = WithoutEffect(fallen.by)
                    break

    def _equivocal(
        self, live: Acts, rejected: Mapping[int, Void]
    ) -> dict[int, Void | WithoutEffect | Equivocal]:
        """Of acts in order with one State and number (always said at once), all but the smallest id.

        What was rejected does not vie for the number, and what was built on it alone falls with it.
        """
        acts = self.history.acts
        outs: dict[int, Void | WithoutEffect | Equivocal] = {}
        for own in self.history.of_state.values():
            turns: dict[int, list[int]] = {}
            for index in bits(live & own):
                turns.setdefault(acts[index].header.number, []).append(index)
            if all(len(turn) == 1 for turn in turns.values()):
                continue
            losers: list[tuple[int, int]] = []
            for _, turn in sorted(turns.items()):
                standing = []
                for index in sorted(set(turn) - set(rejected), key=lambda i: acts[i].id):
                    past = self.history.past[index]
                    fallen = next((w for w, lost in losers if past >> lost & 1 and not past >> w & 1), None)
                    if fallen is not None:
                        outs[index] = WithoutEffect(acts[fallen].id)
                    else:
                        standing.append(index)
                for index in standing[1:]:
                    outs[index] = Equivocal(acts[standing[0]].id)
                losers += [(standing[0], index) for index in turn if standing and index != standing[0]]
        return outs

    def _dropped(self, live: Acts, outs: Collection[int]) -> dict[int, WithoutEffect]:
        """Of acts said at once, those in whose place another stands; what fell itself takes no place."""
        standing = live
        for index in outs:
            standing &= ~(1 << index)
        rivals = {index: self._rivals(index, standing) for index in bits(standing)}
        open_ones = {index: found for index, found in rivals.items() if found}
        dropped: dict[int, WithoutEffect] = {}
        while open_ones:
            for index, found in open_ones.items():
                by = next((rival for rival in found if rival not in open_ones and rival not in dropped), None)
                if by is not None:
                    dropped[index] = WithoutEffect(self.history.acts[by].id)
            settled = [i for i, found in open_ones.items() if i in dropped or dropped.keys() >= set(found)]
            # Where two tables go round in a circle, nothing in it stands.
            for index in settled or tuple(open_ones):
                if not settled:
                    dropped[index] = WithoutEffect(self.history.acts[open_ones[index][0]].id)
                del open_ones[index]
        return dropped

    def _rivals(self, index: int, standing: Acts) -> tuple[int, ...]:
        """The acts that would stand in an act's place because both were said at once."""
        act = self.history.acts[index]
        if act.header.kind == "reject" or act.header.about is None:
            return ()
        others = self.history.concurrent(index, standing) & ~self.history.of_state[act.header.state]
        found = []
        for other in bits(others):
            rival = self.history.acts[other]
            # Both are in order, so both tables are known; where they differ, each is heard.
            digests = {act.header.law.table, rival.header.law.table}
            if rival.header.about == act.header.about and not all(
                self.tables[digest].at_once(act.header.kind, rival.header.kind)[0] for digest in digests
            ):
                found.append(other)
        return tuple(found)


class _Past:
    """The acts of one past, as ``predicates`` ask for them."""

    def __init__(self, folding: Folding, among: Acts) -> None:
        self._folding = folding
        self._among = among

    def had(self, id: str) -> bool:
        place = self._folding.history.place.get(id)
        return place is not None and bool(self._among >> place & 1)

    def act(self, id: str) -> Act | None:
        return self._folding.history.acts[self._folding.history.place[id]] if self.had(id) else None

    def voided(self, id: str) -> bool:
        outs = self._folding.picture(self._among).outs
        return isinstance(outs.get(self._folding.history.place[id]), Void)

    def built_on(self, id: str, by: str) -> bool:
        history = self._folding.history
        if not self.had(id):
            return False
        said = history.future[history.place[id]] & self._among & history.of_state.get(by, 0)
        return any(history.acts[index].header.kind != "reject" for index in bits(said))


def fold(acts: Iterable[Act], tables: Mapping[str, Table], early: Collection[str] = ()) -> Case:
    """Fold the shared acts of one case between two States.

    Args:
        acts: any set of them, in any order; what is not whole is parked.
        tables: the tables of lawful next acts that are known, by digest.
        early: ids of acts that claim a time which has not come yet: parked until the caller leaves them out.

    Raises:
        BadInput: an act that stays at home, or acts of several cases or pairs of States.
    """
    return _case(Folding(_of_one_case(acts), tables, early))


def judge(case: Case, act: Act, table: Table, *, own: bool = False) -> Standing:
    """How one more act would stand in a case: for what comes in, and for our own before it is signed.

    Args:
        case: the case as folded so far.
        act: a composed act; it need not be signed.
        table: the table that it must name.
        own: whether to ask also what a node asks of its own State alone: the persons that it sets apart.

    Raises:
        BadInput: it stays at home, or belongs to another case or pair of States.
    """
    folding = _folding(case)
    _of_one_case((*folding.history.acts[:1], *folding.history.parked[:1], act))
    known = case.standings.get(act.id)
    if known is not None:
        return known
    waits = {gap for id in act.header.after for gap in folding.history.waiting.get(id, ())}
    waits |= {id for id in act.header.after if id not in case.standings}
    if waits:
        return Parked(tuple(sorted(waits)))
    return folding.judge(act, folding.history.closure(act.header.after), table, own=own)


def next_acts(case: Case, state: str, table: Table) -> tuple[tuple[str, str | None], ...]:
    """What a State may say next: pairs of kind and request concerned, in the order of the table.

    It looks at the state alone: whether the terms of an act are in order shows when there is one
    (``judge``). Rejections are not listed, since they concern one act each.
    """
    folding = _folding(case)
    everything = folding.history.all
    past = _Past(folding, everything)
    subjects = (None, *case.requests.values())
    found: dict[tuple[str, str | None], None] = {}  # each once, in the order in which it came
    for request in subjects:
        for row in table.rows:
            if allows(row, table, state=state, request=request, requests=case.requests, past=past):
                found[row.kind, None if request is None else request.id] = None
    return tuple(found)


def unrejected(case: Case, by: str) -> tuple[str, ...]:
    """The other State's acts that are not in order and of which a State owes a word, in canonical order.

    Not those that it rejected, nor rejections, nor what it has built on: a word about these is not in order.
    """
    folding = _folding(case)
    history = folding.history
    said = bits(history.of_state.get(by, 0))
    named = {history.acts[i].terms.act for i in said if history.acts[i].header.kind == "reject"}
    past = _Past(folding, history.all)
    return tuple(
        act.id
        for index, act in enumerate(history.acts)
        if isinstance(folding.verdicts[index], NotInOrder)
        and act.header.state != by
        and act.header.kind != "reject"
        and act.id not in named
        and not past.built_on(act.id, by)
    )


def in_turn(case: Case) -> tuple[str, ...]:
    """The acts of a case that are not parked, in the canonical order: what came before stands before."""
    return tuple(act.id for act in _folding(case).history.acts)


def that_waited_for(case: Case, id: str) -> tuple[str, ...]:
    """The acts in whose past an act is: as long as it was not here, or parked, they were parked."""
    history = _folding(case).history
    if id not in history.place:
        return ()
    return tuple(history.acts[index].id for index in bits(history.future[history.place[id]]))


def fewer_signed(case: Case) -> Mapping[str, str]:
    """The acts in order that fewer persons signed than a node asks of its own, by id, each with the reason.

    It is never so of an own act. Of the other State's it says nothing more: its law may let one person act.
    """
    folding = _folding(case)
    found: dict[str, str] = {}
    for index, act in enumerate(folding.history.acts):
        table = folding.tables.get(act.header.law.table)
        if table is None or act.header.kind not in table.separated or act.header.registered:
            continue
        if isinstance(folding.verdicts[index], InOrder):
            judged = folding.judge(act, folding.history.past[index], table, own=True)
            if isinstance(judged, NotInOrder):
                found[act.id] = judged.reason
    return dict(sorted(found.items()))


def _folding(case: Case) -> Folding:
    if not isinstance(case.origin, Folding):
        raise Conflict("cases.not_folded")
    return case.origin


def _of_one_case(acts: Iterable[Act]) -> tuple[Act, ...]:
    gathered = tuple(acts)
    cases = set()
    pairs = set()
    for act in gathered:
        if act.header.to is None:
            raise BadInput("cases.not_shared", kind=act.header.kind)
        cases.add(act.header.case)
        pairs.add(frozenset({act.header.state, state_of(act.header.to)}))
    if len(cases) > 1 or len(pairs) > 1:
        raise BadInput("cases.several_cases")
    return gathered


def _case(folding: Folding) -> Case:
    history = folding.history
    picture = folding.picture(history.all)
    standings: dict[str, Standing] = {
        act.id: picture.outs.get(index, folding.verdicts[index]) for index, act in enumerate(history.acts)
    }
    standings |= {act.id: Parked(history.waiting[act.id]) for act in history.parked}
    some = (*history.acts[:1], *history.parked[:1])
    states = sorted({state for act in some for state in (act.header.state, state_of(act.header.to or ""))})
    return Case(
        id=some[0].header.case if some else None,
        states=tuple(states),
        requests=dict(sorted(picture.requests.items())),
        standings=dict(sorted(standings.items())),
        heads=history.heads,
        numbers={state: history.next_number(state, history.all) for state in states},
        equivocations=_equivocations(history),
        signers={act.id: act.header.signers for act in (*history.acts, *history.parked)},
        origin=folding,
    )


def _equivocations(history: History) -> tuple[Equivocation, ...]:
    turns: dict[tuple[str, int], list[int]] = {}
    for index, act in enumerate(history.acts):
        turns.setdefault((act.header.state, act.header.number), []).append(index)
    found = []
    for (state, number), turn in sorted(turns.items()):
        said = {i for a, b in combinations(turn, 2) if not history.past[b] >> a & 1 for i in (a, b)}
        if said:
            found.append(Equivocation(state, number, tuple(sorted(history.acts[i].id for i in said))))
    return tuple(found)

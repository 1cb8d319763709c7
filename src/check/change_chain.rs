//! Every change builds on the one before it.

use super::Property;
use super::versions::Written;
use crate::model::{
    Arg, ArgKind, Ballot, Command, Held, Key, NodeSet, Op, Packed, PropertyWord, RequestId, Text, Value,
    Witness,
};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// A state of a register is *chosen* once a quorum of the accept phase has it on disk. Every state of a
/// higher ballot is then made from it or from a later one ("there exists a chain of changes linking them
/// together", CASPaxos §2.2), and each is what the change that a client asked for makes of the one before.
#[derive(Clone, Debug, Hash)]
pub struct ChangeChain {
    prepare: Phase,
    accept: Phase,
    written: Written,
    registers: BTreeMap<Key, BTreeMap<Ballot, State>>,
}

/// So many of a register's states are remembered, the last ones.
const STATES_MAX: usize = 64;

/// A state that somebody accepted.
#[derive(Clone, Copy, Debug, Hash)]
struct State {
    from: Ballot,
    by: RequestId,
    value: Option<Value>,
    accepters: NodeSet,
    chosen: bool,
}

static WORD: PropertyWord = PropertyWord {
    id: "change-chain",
    name: Text::new("A chain of changes", "修改成链"),
    statement: Text::new(
        "once a quorum has accepted a state, every later one is made from it, change by change",
        "一旦某个法定人数接受了一个状态，之后的每个状态都由它逐次修改而来",
    ),
};

impl ChangeChain {
    /// `prepare` and `accept` are places in the protocol's list of phases.
    #[must_use]
    pub fn new(prepare: Phase, accept: Phase) -> Self {
        Self { prepare, accept, written: Written::default(), registers: BTreeMap::new() }
    }

    /// A state that was made past one that is chosen.
    fn skips(&self, nodes: &dyn Nodes, key: Key, (chosen, late): (Ballot, Ballot)) -> Option<Witness> {
        let states = self.registers.get(&key)?;
        let (first, second) = (states.get(&chosen)?, states.get(&late)?);
        let one = first.accepters;
        let apart = NodeSet::full(nodes.count()).minus(one);
        let missed = nodes.rule().is_quorum(self.prepare, apart);
        let text = if missed {
            Text::new(
                "{key} = {first} was chosen in ballot {chosen} by {one}. Yet the state {second} of ballot {late} is made from that of {from}: \
                 its proposer needed no promise of {one}, as {apart} suffice to prepare.",
                "{key} = {first} 已在轮次 {chosen} 由 {one} 选定。然而轮次 {late} 的状态 {second} 由 {from} 的状态修改而来：\
                 其提议者不需要 {one} 的承诺，{apart} 就足以完成准备。",
            )
        } else {
            Text::new(
                "{key} = {first} was chosen in ballot {chosen} by {one}. Yet the state {second} of ballot {late} is made from that of {from}, \
                 as if the change had never been.",
                "{key} = {first} 已在轮次 {chosen} 由 {one} 选定。然而轮次 {late} 的状态 {second} 由 {from} 的状态修改而来，\
                 好像那次修改从未发生。",
            )
        };
        let args = vec![
            ("key", Arg::Packed(ArgKind::Key, key.pack())),
            ("first", value(first.value)),
            ("chosen", ballot(chosen)),
            ("one", Arg::Nodes(one)),
            ("second", value(second.value)),
            ("late", ballot(late)),
            ("from", ballot(second.from)),
            ("apart", Arg::Nodes(apart)),
        ];
        let quorums = missed.then_some((one, apart));
        Some(Witness { text, args, nodes: one.or(second.accepters), cells: Vec::new(), quorums })
    }

    /// A state that is not what the change makes of the one before.
    fn is_odd(&self, step: &Step<'_>, held: &Held) -> Option<Witness> {
        let before = self.registers.get(&held.key).and_then(|states| states.get(&held.from));
        let (by, old) = match before {
            Some(state) => (state.by, state.value),
            None if held.from == Ballot::ZERO => (RequestId::default(), None),
            // Forgotten, as it is long ago.
            None => return None,
        };
        let command = step.requested.iter().rev().find(|command| command.request == held.by);
        let fits = match command.map(|command: &Command| command.op) {
            _ if held.by == by => held.value == old,
            Some(Op::Write { value, .. }) => held.value == Some(value),
            Some(Op::Cas { expect, value, .. }) => old == Some(expect) && held.value == Some(value),
            Some(_) | None => false,
        };
        (!fits).then(|| Witness {
            text: Text::new(
                "{node} holds {key} = {value} in ballot {late}, made from {old} of ballot {from}: no client asked for that change.",
                "{node} 在轮次 {late} 持有 {key} = {value}，由轮次 {from} 的 {old} 修改而来：没有客户端请求过这一修改。",
            ),
            args: vec![
                ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                ("key", Arg::Packed(ArgKind::Key, held.key.pack())),
                ("value", value(held.value)),
                ("late", ballot(held.version)),
                ("old", value(old)),
                ("from", ballot(held.from)),
            ],
            nodes: NodeSet::only(step.node),
            cells: Vec::new(),
            quorums: None,
        })
    }
}

impl Property for ChangeChain {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let held = self.written.notice(nodes, step)?;
        let Held { key, version, from, by, value } = held;
        if let Some(odd) = self.is_odd(step, &held) {
            return Some(odd);
        }
        let states = self.registers.entry(key).or_default();
        let new = State { from, by, value, accepters: NodeSet::EMPTY, chosen: false };
        let state = states.entry(version).or_insert(new);
        state.accepters.insert(step.node);
        let was_chosen =
            std::mem::replace(&mut state.chosen, nodes.rule().is_quorum(self.accept, state.accepters));
        let becomes_chosen = state.chosen && !was_chosen;
        // A chosen one between the state and what it was made from; and, if it is chosen with this, a later
        // one that was made from an earlier.
        let (low, high) = (from.min(version), version);
        let passed = states.range(low..high).find(|(between, state)| **between > from && state.chosen);
        let passed = passed.map(|(between, _)| (*between, version));
        let later = || {
            let mut later = states.range(version..).filter(|(late, _)| **late > version);
            later.find(|(_, state)| state.from < version).map(|(late, _)| (version, *late))
        };
        let broken = passed.or_else(|| if becomes_chosen { later() } else { None });
        let witness = broken.and_then(|pair| self.skips(nodes, key, pair));
        if let Some(states) = self.registers.get_mut(&key)
            && states.len() > STATES_MAX
        {
            states.pop_first();
        }
        witness
    }
}

fn value(value: Option<Value>) -> Arg {
    Arg::Packed(ArgKind::Value, value.pack())
}

const fn ballot(ballot: Ballot) -> Arg {
    Arg::Packed(ArgKind::Ballot, ballot.bits())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};
    use crate::model::NodeId;

    /// Three nodes, majorities; states of ballots by S1, as (node, ballot, made from, value).
    fn broken(held: &[(u8, u32, u32, u32)]) -> Option<Witness> {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = ChangeChain::new(0, 1);
        let asked: Vec<Command> = (0..9).map(command).collect();
        let number = |round: u32| if round == 0 { Ballot::ZERO } else { Ballot::new(round, NodeId(0)) };
        held.iter().find_map(|(node, round, from, value)| {
            let asked_by = command(*value).request;
            let held = Held {
                key: Key(0),
                version: number(*round),
                from: number(*from),
                by: asked_by,
                value: Some(Value(*value)),
            };
            stage.holds(*node, held);
            property.observe(&stage, &Step { requested: &asked, ..stage.step(*node, &[]) })
        })
    }

    #[test]
    fn a_chain_is_whole() {
        assert_eq!(broken(&[(0, 1, 0, 1), (1, 1, 0, 1), (1, 2, 1, 2), (2, 2, 1, 2), (2, 3, 2, 3)]), None);
        // What no quorum has accepted may be passed over, and be accepted late.
        assert_eq!(broken(&[(0, 1, 0, 1), (1, 2, 0, 2), (2, 2, 0, 2), (0, 3, 2, 3)]), None);
    }

    #[test]
    fn a_change_that_passes_over_a_chosen_one_breaks_it_whichever_is_seen_first() {
        let witness = broken(&[(0, 1, 0, 1), (1, 1, 0, 1), (2, 2, 0, 2)]).expect("1 is passed over");
        assert_eq!(witness.nodes, NodeSet::full(3));
        let late = broken(&[(0, 1, 0, 1), (2, 2, 0, 2), (1, 1, 0, 1)]).expect("1 is chosen later");
        assert_eq!(late.text, witness.text);
    }

    #[test]
    fn a_state_that_nobody_asked_for_breaks_it() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = ChangeChain::new(0, 1);
        let by = command(1).request;
        stage.holds(
            0,
            Held { version: Ballot::new(1, NodeId(0)), by, value: Some(Value(2)), ..Held::default() },
        );
        let asked = [command(1)];
        let step = Step { requested: &asked, ..stage.step(0, &[]) };
        assert!(property.observe(&stage, &step).is_some());
    }
}

//! What is decided comes to everybody.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, NodeId, NodeSet, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// Each node that is up and is to know learns what is decided.
///
/// Of a log one slot is followed at a time, the last that is decided when the one before it has come to
/// everybody: who has it has all before it, so a step costs the same however long the log is.
#[derive(Clone, Debug)]
pub struct Spreads {
    ground: Ground,
    /// Who has to know.
    who: NodeSet,
    /// Up to where each node has decided, and one more.
    reached: Vec<u32>,
    /// The longest of them, and when it came to be.
    most: (u32, Time),
    /// The slot that is followed, and one more, with its time; 0 for none.
    followed: (u32, Time),
    /// Who lacks it.
    missing: NodeSet,
}

static WORD: PropertyWord = PropertyWord {
    id: "known-in-time",
    name: Text::new("Known to all in time", "及时传播"),
    statement: Text::new(
        "once nothing breaks any more, what is decided comes to every node that is up before long",
        "故障停止之后，已决定的内容不久便会传到每个在线节点",
    ),
};

impl Spreads {
    /// Everybody of `who` has to know.
    #[must_use]
    pub const fn new(ground: Ground, who: NodeSet) -> Self {
        Self {
            ground,
            who,
            reached: Vec::new(),
            most: (0, Time(0)),
            followed: (0, Time(0)),
            missing: NodeSet::EMPTY,
        }
    }

    /// Follows the last slot, unless all have it.
    fn follow(&mut self, at: Time) {
        let lacks = |(place, reached): (usize, &u32)| (*reached < self.most.0).then(|| NodeId::at(place));
        self.missing = self.reached.iter().enumerate().filter_map(lacks).collect::<NodeSet>().and(self.who);
        self.followed = (self.most.0, at);
    }
}

impl Eventually for Spreads {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        self.reached.resize(nodes.count(), 0);
        let Some(reached) = self.reached.get_mut(step.node.index()) else { return false };
        if step.booted && *reached > 0 {
            // What it had applied is gone with its memory.
            *reached = 0;
            self.missing.insert(step.node);
            self.missing = self.missing.and(self.who);
            self.followed.1 = step.at;
        }
        // What came in a snapshot was not decided here one by one.
        let snapshot = nodes.inspect(step.node).log.map_or(0, |log| log.base().index);
        let skipped = (snapshot > 0).then_some(snapshot);
        let Some(slot) = step.decided.iter().map(|(slot, _)| *slot).chain(skipped).max() else {
            return step.booted;
        };
        *reached = (slot + 1).max(*reached);
        let reached = *reached;
        if reached > self.most.0 {
            self.most = (reached, step.at);
        }
        if reached >= self.followed.0 {
            self.missing.remove(step.node);
        }
        if self.missing.is_empty() && self.followed.0 < self.most.0 {
            self.follow(self.most.1);
        }
        true
    }

    fn wait(&self) -> Wait {
        if self.missing.is_empty() { Wait::Nothing } else { Wait::Since(self.followed.1) }
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let missing = self.missing.and(nodes.up());
        let Some(first) = missing.iter().next() else {
            self.missing = NodeSet::EMPTY;
            return None;
        };
        let slot = self.followed.0.saturating_sub(1);
        let has_log = nodes.inspect(first).log.is_some();
        let what = if has_log {
            Text::new(
                "{missing} does not know what was committed at index {slot} by {at} ms:",
                "{at} 毫秒前索引 {slot} 已提交，{missing} 仍不知道：",
            )
        } else {
            Text::new(
                "{missing} does not know what was decided at {at} ms:",
                "{at} 毫秒时已作出决定，{missing} 仍不知道：",
            )
        };
        let args = vec![
            ("missing", Arg::Nodes(missing)),
            ("slot", Arg::Packed(ArgKind::Number, slot)),
            ("at", Arg::Wide(self.followed.1.0 / 1_000)),
            ("first", Arg::Packed(ArgKind::Node, first.pack())),
        ];
        let mut witness = self.ground.stuck(nodes, what, args, Some(first), None);
        witness.nodes = witness.nodes.or(missing);
        if has_log {
            witness.cells = missing.iter().map(|node| (node, slot)).collect();
        }
        Some(witness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage, command};

    fn decide(property: &mut Spreads, stage: &Stage, node: u8, slot: u32, at: u64) {
        let decided = [(slot, command(slot).into())];
        property.observe(stage, &Step { at: Time::ms(at), ..stage.step(node, &decided) }, true);
    }

    #[test]
    fn the_last_slot_is_waited_for_until_all_have_it() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Spreads::new(GROUND, NodeSet::full(3));
        assert_eq!(property.wait(), Wait::Nothing);
        for (node, slot, at) in [(0, 1, 10), (0, 2, 20), (1, 1, 25)] {
            decide(&mut property, &stage, node, slot, at);
            assert_eq!(property.wait(), Wait::Since(Time::ms(10)), "slot 1 is not everywhere");
        }
        decide(&mut property, &stage, 2, 2, 30);
        assert_eq!(property.wait(), Wait::Since(Time::ms(20)), "slot 2 is not at S2");
        let witness = property.lacks(&stage).expect("S2 is up");
        assert_eq!((witness.nodes, witness.cells), (NodeSet::only(NodeId(1)), vec![(NodeId(1), 2)]));
        decide(&mut property, &stage, 1, 2, 40);
        assert_eq!(property.wait(), Wait::Nothing);
    }

    #[test]
    fn who_starts_again_has_to_learn_again_and_who_need_not_know_is_not_waited_for() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Spreads::new(GROUND, NodeSet::full(2));
        decide(&mut property, &stage, 0, 1, 10);
        decide(&mut property, &stage, 1, 1, 11);
        assert_eq!(property.wait(), Wait::Nothing);
        let boot = Step { at: Time::ms(30), booted: true, ..stage.step(1, &[]) };
        property.observe(&stage, &boot, true);
        assert_eq!(property.wait(), Wait::Since(Time::ms(30)));
        decide(&mut property, &stage, 1, 1, 35);
        assert_eq!(property.wait(), Wait::Nothing);
    }
}

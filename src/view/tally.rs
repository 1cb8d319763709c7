//! The tally ring around whoever gathers a quorum: each voter's share of the weight as an arc, and
//! a notch where it is enough.

use super::hue;
use crate::model::{NodeId, NodeSet, Spec, Tone};
use crate::quorum::{Phase, Rule};
use crate::sim::{Frame, Health, NodeFrame};

/// What a voter has answered, in the order of the arcs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// A yes that has arrived.
    Yes,
    /// A yes that is on its way, and will arrive.
    ComingYes,
    /// Nothing yet.
    Open,
    /// A no that is on its way.
    ComingNo,
    /// A no that has arrived.
    No,
}

impl Answer {
    /// Its class name.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::ComingYes => "coming-yes",
            Self::Open => "open",
            Self::ComingNo => "coming-no",
            Self::No => "no",
        }
    }
}

/// One voter's share of the weight, in turns of the ring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Whose.
    pub node: NodeId,
    /// What it has answered.
    pub answer: Answer,
    /// Where its arc begins, from 0 to 1.
    pub from: f64,
    /// Where it ends.
    pub until: f64,
}

/// How far a quorum is.
#[derive(Clone, Debug, PartialEq)]
pub struct TallyRing {
    /// Who gathers it.
    pub gatherer: NodeId,
    /// For which phase.
    pub phase: Phase,
    /// In which term or ballot (packed).
    pub epoch: u32,
    /// The colour of that.
    pub hue: u8,
    /// Every voter that has a weight: those who agreed first, those who refused last.
    pub shares: Vec<Share>,
    /// Who has agreed.
    pub yes: NodeSet,
    /// Whose yes is on its way, in the order of arrival.
    pub coming: Vec<NodeId>,
    /// Who has not answered, nor is about to.
    pub open: NodeSet,
    /// Who has refused, or is about to.
    pub no: NodeSet,
    /// The weight of those who agreed.
    pub weight: u32,
    /// The weight that is needed.
    pub threshold: u32,
    /// The weight of all.
    pub total: u32,
    /// The weight of those who have agreed, are about to, or could: they are up and in reach.
    pub possible: u32,
    /// The same by the rule that is to come, whose quorum is needed too.
    pub next: Option<Box<Self>>,
}

impl TallyRing {
    /// The quorum that a node gathers at a moment, if it does.
    #[must_use]
    pub fn of(frame: &Frame, node: &NodeFrame, rule: &Rule, spec: &Spec) -> Option<Self> {
        // It counts by what it knows.
        let rule = node.rule.as_ref().unwrap_or(rule);
        let mut ring = Self::by(frame, node, rule, spec)?;
        ring.next = rule.next().and_then(|next| Self::by(frame, node, next, spec)).map(Box::new);
        Some(ring)
    }

    fn by(frame: &Frame, node: &NodeFrame, rule: &Rule, spec: &Spec) -> Option<Self> {
        let gathering = node.gathering?;
        let (mut yes_coming, mut no_coming) = (NodeSet::EMPTY, NodeSet::EMPTY);
        let mut coming = Vec::new();
        let answered = gathering.yes.or(gathering.no);
        for flight in &frame.flights {
            let answers = flight.to == node.id
                && flight.lost.is_none()
                && flight.brief.args[0] == gathering.epoch
                && !answered.contains(flight.from);
            if !answers {
                continue;
            }
            match spec.messages.get(usize::from(flight.brief.code)).map(|word| word.tone) {
                Some(Tone::Yes) => {
                    if yes_coming.insert(flight.from) {
                        coming.push((flight.arrives, flight.from));
                    }
                }
                Some(Tone::No) => {
                    no_coming.insert(flight.from);
                }
                Some(Tone::Plain | Tone::Routine) | None => {}
            }
        }
        coming.sort_unstable();
        let no = gathering.no.or(no_coming).minus(yes_coming);
        let everyone = NodeSet::full(rule.nodes());
        let open = everyone.minus(gathering.yes).minus(yes_coming).minus(no);
        let reached = |voter: &NodeId| {
            let seen = frame.nodes.get(voter.index());
            let up = seen.is_some_and(|seen| seen.health != Health::Crashed);
            let heard = seen.is_some_and(|seen| !seen.unreachable.contains(node.id));
            up && heard && !node.unreachable.contains(*voter)
        };
        let in_reach: NodeSet = open.iter().filter(reached).collect();
        let phase = Phase::from(gathering.phase);
        let mut ring = Self {
            gatherer: node.id,
            phase,
            epoch: gathering.epoch,
            hue: hue(spec.epoch.kind, gathering.epoch),
            shares: Vec::with_capacity(rule.nodes()),
            yes: gathering.yes,
            coming: coming.into_iter().map(|(_, voter)| voter).collect(),
            open,
            no,
            weight: rule.weight(gathering.yes),
            threshold: rule.threshold(phase),
            total: rule.total(),
            possible: rule.weight(gathering.yes.or(yes_coming).or(in_reach)),
            next: None,
        };
        let answer = |voter: NodeId| {
            if gathering.yes.contains(voter) {
                Answer::Yes
            } else if yes_coming.contains(voter) {
                Answer::ComingYes
            } else if gathering.no.contains(voter) {
                Answer::No
            } else if no_coming.contains(voter) {
                Answer::ComingNo
            } else {
                Answer::Open
            }
        };
        let mut voters: Vec<_> = everyone.iter().map(|voter| (answer(voter), voter)).collect();
        voters.sort_unstable();
        let total = f64::from(ring.total.max(1));
        let mut sum = 0;
        for (answer, voter) in voters {
            let weight = rule.weight_of(voter);
            if weight > 0 {
                let (from, until) = (f64::from(sum) / total, f64::from(sum + weight) / total);
                ring.shares.push(Share { node: voter, answer, from, until });
            }
            sum += weight;
        }
        Some(ring)
    }

    /// Where the notch is, in turns: 1 where even all together are too few.
    #[must_use]
    pub fn notch(&self) -> f64 {
        (f64::from(self.threshold) / f64::from(self.total.max(1))).min(1.0)
    }

    /// Whether those who agreed are enough.
    #[must_use]
    pub fn is_won(&self) -> bool {
        self.weight >= self.threshold && self.next.as_ref().is_none_or(|next| next.is_won())
    }

    /// The yes on its way that will make it, if one will.
    #[must_use]
    pub fn tipping(&self, rule: &Rule) -> Option<NodeId> {
        // Of two rules at once no single yes is easily told to be the last one needed.
        if self.next.is_some() {
            return None;
        }
        let mut weight = self.weight;
        self.coming.iter().copied().find(|voter| {
            weight += rule.weight_of(*voter);
            weight >= self.threshold
        })
    }

    /// The arcs, neighbours of one kind together where voters are many.
    #[must_use]
    pub fn arcs(&self) -> Vec<Share> {
        if self.shares.len() <= 24 {
            return self.shares.clone();
        }
        let mut arcs: Vec<Share> = Vec::new();
        for share in &self.shares {
            match arcs.last_mut() {
                Some(last) if last.answer == share.answer => last.until = share.until,
                _ => arcs.push(*share),
            }
        }
        arcs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Loss;
    use crate::view::testing::{SPEC, flight, frame, gathers};

    fn set(list: &[u8]) -> NodeSet {
        list.iter().map(|node| NodeId(*node)).collect()
    }

    #[test]
    fn what_has_arrived_comes_first_and_what_is_on_its_way_next() {
        // The mock: S3 has S2, S3 and S5 (weight 4), S4's yes is on its way, S1 is down.
        let rule = Rule::new(&[3, 2, 1, 1, 1], &[5]);
        let mut frame = frame(&[3, 2, 1, 1, 1]);
        gathers(&mut frame, 2, &[1, 2, 4], &[]);
        frame.nodes[0].health = Health::Crashed;
        frame.flights = vec![flight(0, 2, 0), flight(1, 3, 2)];
        let ring = TallyRing::of(&frame, &frame.nodes[2], &rule, &SPEC).unwrap();
        assert_eq!((ring.weight, ring.threshold, ring.total, ring.possible), (4, 5, 8, 5));
        assert_eq!(ring.coming, [NodeId(3)]);
        assert_eq!(ring.tipping(&rule), Some(NodeId(3)));
        assert_eq!(ring.open, set(&[0]));
        let answers: Vec<_> = ring.shares.iter().map(|share| (share.node.0, share.answer.class())).collect();
        assert_eq!(answers, [(1, "yes"), (2, "yes"), (4, "yes"), (3, "coming-yes"), (0, "open")]);
        assert_eq!(ring.shares[2].until, 0.5);
        assert_eq!(ring.notch(), 5.0 / 8.0);
        assert!(!ring.is_won());
    }

    #[test]
    fn a_lost_yes_and_one_of_another_term_are_not_on_their_way() {
        let rule = Rule::majority(3, 1);
        let mut frame = frame(&[1; 3]);
        gathers(&mut frame, 0, &[0], &[]);
        let old = crate::model::Fact { code: 1, args: [2, 0, 0, 0] };
        frame.flights = vec![
            crate::sim::Flight { lost: Some(Loss::Chance), ..flight(1, 1, 0) },
            crate::sim::Flight { brief: old, ..flight(1, 2, 0) },
        ];
        let ring = TallyRing::of(&frame, &frame.nodes[0], &rule, &SPEC).unwrap();
        assert!(ring.coming.is_empty());
        assert_eq!(ring.tipping(&rule), None);
        assert_eq!(ring.open.len(), 2);
    }

    #[test]
    fn refusals_and_cuts_leave_less_to_hope_for() {
        let rule = Rule::majority(5, 1);
        let mut frame = frame(&[1; 5]);
        gathers(&mut frame, 0, &[0], &[1]);
        frame.flights = vec![flight(2, 2, 0)];
        frame.nodes[0].unreachable = set(&[3]);
        let ring = TallyRing::of(&frame, &frame.nodes[0], &rule, &SPEC).unwrap();
        assert_eq!((ring.no, ring.possible), (set(&[1, 2]), 2));
        let last: Vec<_> = ring.shares[3..].iter().map(|share| share.answer).collect();
        assert_eq!(last, [Answer::ComingNo, Answer::No]);
    }

    #[test]
    fn many_voters_make_few_arcs() {
        let rule = Rule::majority(101, 1);
        let mut frame = frame(&[1; 101]);
        gathers(&mut frame, 0, &[0, 7, 50], &[3]);
        let ring = TallyRing::of(&frame, &frame.nodes[0], &rule, &SPEC).unwrap();
        assert_eq!(ring.arcs().len(), 3);
        assert_eq!(ring.arcs()[0].until, ring.shares[2].until);
        assert!(TallyRing::of(&frame, &frame.nodes[1], &rule, &SPEC).is_none());
    }
}

//! Who was what when: the lanes' bars and marks, read off the trace once a run.

use crate::model::{NodeId, Spec, Time};
use crate::sim::{Cluster, Kind, Record, Trace};

/// What a node does over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It has a role, a place in the protocol's list, in an epoch.
    Role {
        /// The role.
        role: u8,
        /// The epoch, packed.
        epoch: u32,
        /// Whether it claims to lead.
        leads: bool,
    },
    /// It stands still.
    Paused,
    /// It is down.
    Crashed,
}

/// A stretch of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// What the node does.
    pub doing: Doing,
}

/// Something that happened at one node at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// Where.
    pub node: NodeId,
    /// Which slot was decided, or which violation of the run's list.
    pub which: u32,
    /// The event of the run.
    pub event: u32,
}

/// A run, lane by lane. It follows a run that is still being computed.
#[derive(Clone, Debug, Default)]
pub struct History {
    lanes: Vec<Vec<Stretch>>,
    /// Whom a lane's node goes back to after a pause.
    before: Vec<Doing>,
    decided: Vec<Mark>,
    next_slot: u32,
    until: Time,
    read: usize,
    last: Option<Record>,
}

const RESTING: Doing = Doing::Role { role: 0, epoch: 0, leads: false };

impl History {
    /// Reads what has been added to a run; if this is another run, all of it.
    pub fn follow(&mut self, run: &dyn Cluster) {
        self.read_on(run.trace(), run.rule().nodes(), run.computed());
    }

    fn read_on(&mut self, trace: &Trace, nodes: usize, computed: Time) {
        let records = trace.records();
        let same = self.lanes.len() == nodes
            && self.read <= records.len()
            && self.read.checked_sub(1).and_then(|place| records.get(place)).copied() == self.last;
        if !same {
            *self = Self { lanes: vec![Vec::new(); nodes], before: vec![RESTING; nodes], ..Self::default() };
        }
        for (place, record) in records.iter().enumerate().skip(self.read) {
            self.add(trace, place, record);
        }
        self.read = records.len();
        self.last = records.last().copied();
        self.until = computed;
        for lane in &mut self.lanes {
            if let Some(last) = lane.last_mut() {
                last.until = computed.max(last.from);
            }
        }
    }

    fn add(&mut self, trace: &Trace, place: usize, record: &Record) {
        let node = record.node.index();
        if node >= self.lanes.len() {
            return;
        }
        match record.kind {
            Kind::Role => {
                let [epoch, leads, ..] = record.args;
                let doing = Doing::Role { role: record.code, epoch, leads: leads != 0 };
                self.before[node] = doing;
                self.turn(node, record.at(), doing);
            }
            Kind::Boot => self.turn(node, record.at(), self.before[node]),
            Kind::Resume => self.turn(node, record.at(), self.before[node]),
            Kind::Crash => self.turn(node, record.at(), Doing::Crashed),
            Kind::Pause => self.turn(node, record.at(), Doing::Paused),
            Kind::Decide => {
                if record.link >= self.next_slot {
                    self.next_slot = record.link + 1;
                    let event = trace.event_of(place);
                    self.decided.push(Mark { at: record.at(), node: record.node, which: record.link, event });
                }
            }
            Kind::Send
            | Kind::Arrive
            | Kind::Vanish
            | Kind::Timer
            | Kind::Because
            | Kind::Written
            | Kind::Fault
            | Kind::Call
            | Kind::Return
            | Kind::Unheard
            | Kind::Hand
            | Kind::Level
            | Kind::Change => {}
        }
    }

    fn turn(&mut self, node: usize, at: Time, doing: Doing) {
        let lane = &mut self.lanes[node];
        if let Some(last) = lane.last_mut() {
            if last.doing == doing {
                return;
            }
            last.until = at;
            // What lasts no time was never seen.
            if last.from == at {
                lane.pop();
            }
        }
        if lane.last().is_some_and(|last| last.doing == doing) {
            return;
        }
        lane.push(Stretch { from: at, until: at, doing });
    }

    /// How many lanes there are.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.lanes.len()
    }

    /// Up to when it is known.
    #[must_use]
    pub const fn until(&self) -> Time {
        self.until
    }

    /// A node's stretches that touch a window, in order.
    #[must_use]
    pub fn lane(&self, node: NodeId, from: Time, until: Time) -> &[Stretch] {
        let Some(lane) = self.lanes.get(node.index()) else { return &[] };
        let first = lane.partition_point(|stretch| stretch.until < from);
        let after = lane.partition_point(|stretch| stretch.from <= until);
        &lane[first.min(after)..after]
    }

    /// The first decision of each slot within a window.
    #[must_use]
    pub fn decided(&self, from: Time, until: Time) -> &[Mark] {
        let first = self.decided.partition_point(|mark| mark.at < from);
        let after = self.decided.partition_point(|mark| mark.at <= until);
        &self.decided[first..after]
    }
}

impl Doing {
    /// How much it stands out: the role's rank, 0 for a node that takes no part.
    #[must_use]
    pub fn rank(self, spec: &Spec) -> u8 {
        match self {
            Self::Role { role, .. } => spec.roles.get(usize::from(role)).map_or(0, |word| word.rank),
            Self::Paused | Self::Crashed => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(history: &mut History, list: &[(u64, Kind, u8, u32)]) {
        let trace = Trace::default();
        for (at, kind, code, epoch) in list {
            let args = [*epoch, u32::from(*code == 2), 0, 0];
            let record =
                Record { code: *code, args, link: *epoch, ..Record::new(Time::ms(*at), *kind, NodeId(0)) };
            history.add(&trace, 0, &record);
        }
    }

    fn one_lane() -> History {
        History { lanes: vec![Vec::new()], before: vec![RESTING], ..History::default() }
    }

    #[test]
    fn a_lane_has_no_gaps_and_no_empty_stretches() {
        let mut history = one_lane();
        add(
            &mut history,
            &[
                (0, Kind::Boot, 0, 0),
                (0, Kind::Role, 0, 0),
                (150, Kind::Role, 1, 1),
                (160, Kind::Role, 2, 1),
                (300, Kind::Pause, 0, 0),
                (400, Kind::Resume, 0, 0),
                (500, Kind::Crash, 0, 0),
                (600, Kind::Boot, 0, 0),
                (600, Kind::Role, 0, 1),
            ],
        );
        let lane = history.lane(NodeId(0), Time(0), Time::ms(1_000));
        let froms: Vec<u64> = lane.iter().map(|stretch| stretch.from.0 / 1_000).collect();
        assert_eq!(froms, [0, 150, 160, 300, 400, 500, 600]);
        assert!(lane.windows(2).all(|two| two[0].until == two[1].from));
        let leading = Doing::Role { role: 2, epoch: 1, leads: true };
        assert_eq!((lane[2].doing, lane[3].doing, lane[4].doing), (leading, Doing::Paused, leading));
        assert_eq!(lane[6].doing, Doing::Role { role: 0, epoch: 1, leads: false });
        let some = history.lane(NodeId(0), Time::ms(155), Time::ms(170));
        assert_eq!(some.len(), 2);
        assert!(history.lane(NodeId(7), Time(0), Time(9)).is_empty());
    }

    #[test]
    fn a_slot_is_marked_where_it_is_decided_first() {
        let mut history = one_lane();
        add(
            &mut history,
            &[
                (10, Kind::Decide, 0, 0),
                (11, Kind::Decide, 0, 0),
                (20, Kind::Decide, 0, 1),
                (30, Kind::Decide, 0, 0),
            ],
        );
        let slots: Vec<_> = history.decided(Time(0), Time::ms(99)).iter().map(|mark| mark.which).collect();
        assert_eq!(slots, [0, 1]);
        assert_eq!(history.decided(Time::ms(15), Time::ms(20)).len(), 1);
    }
}

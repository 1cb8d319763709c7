//! Which properties hold at a moment, which broke before, and which will.

use crate::model::{Fate, PropertyKind, Standing, Text, Time, Witness};
use crate::sim::{Cluster, Frame};

/// Where a property stands at a moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It holds, here and as far as the run is known.
    Holds,
    /// It holds here, and breaks then.
    Breaks(Time),
    /// It has been broken since then.
    Broken(Time),
    /// It cannot be told any more since then.
    Unknown(Time),
    /// It has come true, then.
    Came(Time),
    /// It will come true, then.
    Comes(Time),
    /// It is not true yet, and what is known of the run does not say more; its time is up then.
    Waits(Option<Time>),
    /// Its time will be up then, and nothing will have come of it.
    WillBeStuck(Time),
    /// Its time was up then, and nothing had come of it.
    Stuck(Time),
    /// It does not come true in this run, which ends before its time would be up.
    NotJudged(Time),
    /// It does not come true in this run, and need not.
    Never,
}

/// How a check looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// As it should be.
    Good,
    /// Wrong at this moment.
    Bad,
    /// Right at this moment, and wrong later.
    Later,
    /// Nothing is said yet.
    Open,
    /// Nothing can be said.
    Unknown,
}

impl Check {
    /// Of a standing at the moment of a frame of the run.
    #[must_use]
    pub fn of(standing: &Standing, run: &dyn Cluster, frame: &Frame) -> Self {
        let violation = |place: usize| run.violations().get(place);
        let stuck = |place: usize| run.stuck().get(place);
        let is_known = run.computed() >= run.end();
        match (standing.fate, standing.kind) {
            (Fate::Broken(place), _) => match violation(place) {
                Some(broken) if broken.event <= frame.event => Self::Broken(broken.at),
                Some(broken) => Self::Breaks(broken.at),
                None => Self::Holds,
            },
            (Fate::Stuck(place), _) => match stuck(place) {
                Some(stuck) if stuck.at <= frame.at => Self::Stuck(stuck.at),
                Some(stuck) => Self::WillBeStuck(stuck.at),
                None => Self::Waits(None),
            },
            (Fate::True { at, event, .. }, _) if event <= frame.event && at <= frame.at => Self::Came(at),
            (Fate::True { at, .. }, _) => Self::Comes(at),
            (Fate::Unknown { at, event, .. }, _) if event <= frame.event => Self::Unknown(at),
            (Fate::Unknown { .. } | Fate::Open, PropertyKind::Always) => Self::Holds,
            (Fate::Unknown { at, .. }, PropertyKind::Eventually | PropertyKind::Sometimes) => {
                Self::Unknown(at)
            }
            (Fate::Open, PropertyKind::Eventually) => match standing.due {
                Some(due) if is_known => Self::NotJudged(due),
                None if is_known => Self::Never,
                due => Self::Waits(due),
            },
            (Fate::Open, PropertyKind::Sometimes) if is_known => Self::Never,
            (Fate::Open, PropertyKind::Sometimes) => Self::Waits(None),
        }
    }

    /// How it looks.
    #[must_use]
    pub const fn face(self) -> Face {
        match self {
            Self::Holds | Self::Came(_) => Face::Good,
            Self::Broken(_) | Self::Stuck(_) => Face::Bad,
            Self::Breaks(_) | Self::WillBeStuck(_) => Face::Later,
            Self::Comes(_) | Self::Waits(_) | Self::NotJudged(_) | Self::Never => Face::Open,
            Self::Unknown(_) => Face::Unknown,
        }
    }

    /// In words, with `{at}` for its time.
    #[must_use]
    pub const fn text(self, kind: PropertyKind) -> (Text, Option<Time>) {
        match (self, kind) {
            (Self::Holds, _) => (Text::new("holds", "成立"), None),
            (Self::Breaks(at), _) => {
                (Text::new("holds here; breaks at {at}", "此刻成立；将于 {at} 被破坏"), Some(at))
            }
            (Self::Broken(at), _) => (Text::new("broken since {at}", "自 {at} 起被破坏"), Some(at)),
            (Self::Unknown(at), _) => (Text::new("unknown since {at}", "自 {at} 起无法判定"), Some(at)),
            (Self::Came(at), PropertyKind::Sometimes) => {
                (Text::new("reached at {at}", "已于 {at} 到达"), Some(at))
            }
            (Self::Came(at), _) => (Text::new("came true by {at}", "已于 {at} 实现"), Some(at)),
            (Self::Comes(at), PropertyKind::Sometimes) => {
                (Text::new("not yet; reached at {at}", "尚未；将于 {at} 到达"), Some(at))
            }
            (Self::Comes(at), _) => (Text::new("not yet; true by {at}", "尚未；将于 {at} 实现"), Some(at)),
            (Self::Waits(due), PropertyKind::Eventually) => match due {
                Some(due) => (Text::new("not yet; must be by {at}", "尚未；须在 {at} 之前"), Some(due)),
                None => (Text::new("nothing to wait for yet", "尚无可等待之事"), None),
            },
            (Self::Waits(_), _) => (Text::new("not yet", "尚未"), None),
            (Self::WillBeStuck(at), _) => {
                (Text::new("not yet; stuck at {at}", "尚未；将于 {at} 判为停滞"), Some(at))
            }
            (Self::Stuck(at), _) => (Text::new("stuck since {at}", "自 {at} 起停滞"), Some(at)),
            (Self::NotJudged(due), _) => {
                (Text::new("not judged: it would have until {at}", "未判定：期限为 {at}"), Some(due))
            }
            (Self::Never, PropertyKind::Eventually) => {
                (Text::new("not judged: nothing to wait for", "未判定：没有可等待之事"), None)
            }
            (Self::Never, _) => (Text::new("not reached in this run", "本次运行未到达"), None),
        }
    }
}

/// The first event that decides a property, to jump to, and what shows it.
#[must_use]
pub fn turning_point<'a>(standing: &Standing, run: &'a dyn Cluster) -> Option<(Time, Option<&'a Witness>)> {
    match standing.fate {
        Fate::Broken(place) => run.violations().get(place).map(|broken| (broken.at, Some(&broken.witness))),
        Fate::Stuck(place) => run.stuck().get(place).map(|stuck| (stuck.at, Some(&stuck.witness))),
        Fate::True { at, .. } | Fate::Unknown { at, .. } => Some((at, None)),
        Fate::Open => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::model::Lang;
    use crate::scenario::find;
    use crate::sim::{Moment, Progress};

    /// The ticks of a gallery scenario at some moments, by property.
    fn checks(id: &str, property: &str, at: &[u64]) -> Vec<Check> {
        let mut run = find(id).expect("a scenario of the gallery").run();
        while run.advance(10_000) == Progress::Running {}
        let mut frame = Frame::default();
        let seen = at.iter().map(|at| {
            run.seek(Moment::Time(Time::ms(*at)));
            run.frame(&mut frame);
            let standings = run.standings();
            let standing = standings.iter().find(|standing| standing.word.id == property);
            Check::of(standing.expect("a property of the protocol"), &*run, &frame)
        });
        seen.collect()
    }

    #[test]
    fn what_breaks_holds_before_and_not_after() {
        let seen = checks("raft/two-leaders", "election-safety", &[100, 1_000]);
        let [Check::Breaks(before), Check::Broken(after)] = seen[..] else { panic!("{seen:?}") };
        assert!(before == after && before > Time::ms(100));
        assert_eq!(checks("raft/leader-crash", "election-safety", &[0, 2_000]), [Check::Holds; 2]);
    }

    #[test]
    fn what_is_reached_was_not_before() {
        let seen = checks("raft/leader-crash", "leader-replaced", &[900, 2_000]);
        let [Check::Comes(before), Check::Came(after)] = seen[..] else { panic!("{seen:?}") };
        assert_eq!(before, after);
        assert_eq!(checks("raft/first-election", "leader-replaced", &[900]), [Check::Never]);
    }

    #[test]
    fn what_is_stuck_waits_until_its_time_is_up() {
        let seen = checks("vote/blocked", "outcome-in-time", &[100, 1_990]);
        let [Check::WillBeStuck(before), Check::Stuck(after)] = seen[..] else { panic!("{seen:?}") };
        assert!(before == after && after < Time::ms(1_990));
        let seen = checks("vote/blocked", "answered-in-time", &[1_990]);
        assert!(matches!(seen[..], [Check::NotJudged(due)] if due > Time::ms(2_000)), "{seen:?}");
    }

    #[test]
    fn every_state_has_its_words() {
        let at = Time::ms(9);
        for kind in [PropertyKind::Always, PropertyKind::Eventually, PropertyKind::Sometimes] {
            for check in [
                Check::Holds,
                Check::Breaks(at),
                Check::Broken(at),
                Check::Unknown(at),
                Check::Came(at),
                Check::Comes(at),
                Check::Waits(None),
                Check::Waits(Some(at)),
                Check::WillBeStuck(at),
                Check::Stuck(at),
                Check::NotJudged(at),
                Check::Never,
            ] {
                let (text, time) = check.text(kind);
                for lang in [Lang::En, Lang::Zh] {
                    assert_eq!(text.get(lang).contains("{at}"), time.is_some(), "{check:?} {kind:?}");
                }
            }
        }
    }

    #[test]
    fn a_run_lists_every_property_of_its_protocol_in_the_order_of_the_catalogue() {
        for entry in catalogue::PROTOCOLS {
            let run = crate::scenario::Scenario::plain(entry, 3).run();
            let listed: Vec<_> =
                run.standings().iter().map(|standing| (standing.kind, standing.word)).collect();
            assert_eq!(listed, entry.words(), "{}", entry.spec.id);
        }
    }
}

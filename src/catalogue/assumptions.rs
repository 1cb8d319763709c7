//! What a protocol takes for granted, and what in a run's conditions breaks it.

use crate::model::Text;
use crate::sim::{FaultKind, Intervention, Plan};

/// Something that a protocol takes for granted.
///
/// Whether messages come before its time-outs by the law of their delay alone is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// The network does not fall apart.
    Whole,
    /// No message is lost.
    Heard,
    /// No message is late, and no node stands still.
    InTime,
    /// Whoever stops has stopped for good.
    CrashStop,
}

impl Assumption {
    /// What is taken for granted, as one of a list.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Whole => Text::new("no partition", "没有网络分区"),
            Self::Heard => Text::new("no message lost", "消息不丢失"),
            Self::InTime => Text::new("no message and no node late", "消息与节点都不迟缓"),
            Self::CrashStop => Text::new("crashes for good", "节点崩溃后不再恢复"),
        }
    }

    /// What is otherwise in such conditions, as one of a list; `None` where nothing is.
    #[must_use]
    pub fn broken_by(self, plan: &Plan) -> Option<Text> {
        let fault = plan.faults.iter().find_map(|fault| match (self, &fault.kind) {
            (Self::Whole, FaultKind::Partition { .. }) => {
                Some(Text::new("the network falls apart", "网络发生分区"))
            }
            (Self::Whole, FaultKind::Cut { .. }) => Some(Text::new("links are cut", "链路被切断")),
            (Self::Heard, FaultKind::Loss { .. }) => Some(LOST),
            (Self::InTime, FaultKind::Slow { .. }) => Some(SLOW),
            (Self::InTime, FaultKind::Pause { .. }) => Some(Text::new("a node stands still", "有节点停顿")),
            (Self::InTime, FaultKind::Jump { .. }) => Some(Text::new("a clock jumps", "有时钟跳变")),
            (Self::CrashStop, FaultKind::Crash { .. }) => {
                fault.until.map(|_| Text::new("a node comes back", "有节点恢复运行"))
            }
            (
                Self::Whole | Self::Heard | Self::InTime | Self::CrashStop,
                FaultKind::Crash { .. }
                | FaultKind::Pause { .. }
                | FaultKind::Partition { .. }
                | FaultKind::Cut { .. }
                | FaultKind::Slow { .. }
                | FaultKind::Loss { .. }
                | FaultKind::Jump { .. },
            ) => None,
        });
        let hand = || {
            plan.interventions.iter().find_map(|hand| match (self, hand) {
                (Self::Heard, Intervention::Drop { .. }) => Some(LOST),
                (Self::InTime, Intervention::Delay { .. }) => Some(SLOW),
                (Self::Whole | Self::Heard | Self::InTime | Self::CrashStop, _) => None,
            })
        };
        let chance = || (self == Self::Heard && plan.network.loss_ppm > 0).then_some(LOST);
        fault.or_else(hand).or_else(chance)
    }
}

const LOST: Text = Text::new("messages are lost", "消息会丢失");
const SLOW: Text = Text::new("messages are slowed down", "消息被延缓");

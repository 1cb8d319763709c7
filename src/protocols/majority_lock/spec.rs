//! Names, phase, settings, words and flaws.

use crate::model::{
    ArgKind, Epoch, Flaw, MeetRule, NodeId, PhaseWord, RoleWord, RuleWord, Setting, SettingGroup,
    SettingKind, Source, Span, Spec, Text, Weight, because,
};
use crate::protocols::inside::{joined_roles, joined_rules};
use crate::protocols::locking;

/// The phase in which servers grant: a place in [`Spec::phases`].
pub const ACQUIRE: usize = 0;

/// Where the own rules begin in the table.
pub(super) const OWN_RULES: u8 = locking::Why::WORDS.len() as u8;

because! {
    /// Why a client takes what it has been granted for the lock, or not.
    pub enum Why {
        /// One more server.
        CountGrant { from: NodeId, weight: Weight, threshold: Weight }
            "Redlock, step 2" Step
            "{me} counts the grant of {from}: {weight} of the {threshold} needed."
            "{me} 计入 {from} 的授予：已有 {weight}，需要 {threshold}。",
        /// Enough, and in time.
        WinMajority { token: u32, weight: Weight, threshold: Weight }
            "Redlock, step 3" Step
            "{me} has grants of weight {weight} ({threshold} needed) for its attempt {token}, and some of the lease is left."
            "{me} 的第 {token} 次尝试获得权重 {weight} 的授予（需要 {threshold}），租约尚有剩余。",
        /// Too many have said no.
        LoseMajority { token: u32 }
            "Redlock, step 5" Step
            "{me} cannot get enough grants for its attempt {token}: it gives back what it has got, everywhere."
            "{me} 的第 {token} 次尝试已凑不够授予：它在所有服务器上归还已得的部分。",
        /// Nobody answers any more.
        GiveUpAttempt { token: u32 }
            "Redlock, step 5" Step
            "{me} has waited long enough for its attempt {token}: it gives back what it has got, everywhere, and tries again."
            "{me} 的第 {token} 次尝试等待过久：它在所有服务器上归还已得的部分，然后重试。",
        /// A refusal.
        CountHeld { from: NodeId, token: u32 }
            "Redlock, step 2" Step
            "{me} is told by {from} that the lock is held (attempt {token})."
            "{me} 从 {from} 得知锁被占用（第 {token} 次尝试）。",
    }
}

const RULES: &[RuleWord] =
    &joined_rules::<{ locking::Why::WORDS.len() + Why::WORDS.len() }>(locking::Why::WORDS, Why::WORDS);
const ROLES: &[RoleWord] = &joined_roles::<{ locking::ROLES.len() + 1 }>(
    locking::ROLES,
    &[RoleWord { id: "server", name: Text::new("lock server", "锁服务器"), rank: 0 }],
);

/// What is fixed about the majority lock.
pub const SPEC: Spec = Spec {
    id: "majority-lock",
    name: Text::new("Majority lock", "多数派锁"),
    summary: Text::new(
        "A lease from a quorum of servers that know nothing of each other (Redlock): safe only as long as clocks and clients keep time.",
        "向互不知晓的服务器取得法定人数的租约（Redlock）：只有时钟与客户端都守时才安全。",
    ),
    sources: &[
        Source {
            title: "Gray, Cheriton: Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency, SOSP",
            year: 1989,
        },
        Source { title: "Sanfilippo: Distributed Locks with Redis (the Redlock algorithm)", year: 2014 },
        Source { title: "Kleppmann: How to do distributed locking", year: 2016 },
    ],
    epoch: Epoch { name: Text::new("grant", "授予"), kind: ArgKind::Number },
    phases: &[PhaseWord { id: "acquire", name: Text::new("Acquire", "获取") }],
    must_meet: &[MeetRule {
        a: ACQUIRE,
        b: ACQUIRE,
        why: Text::new("two clients can be granted the lock at once", "两个客户端可能同时获得锁"),
    }],
    roles: ROLES,
    messages: locking::MESSAGES,
    rules: RULES,
    timers: locking::TIMERS,
    settings: &[
        Setting {
            id: "lease",
            name: Text::new("Lease", "租约"),
            help: Text::new("How long a server's grant lasts.", "服务器的一次授予持续多久。"),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(60_000), default: Span::ms(400) },
        },
        Setting {
            id: "margin",
            name: Text::new("Margin for clocks", "时钟余量"),
            help: Text::new(
                "By how much a client takes its lease for shorter, as clocks do not run alike.",
                "由于各时钟快慢不一，客户端把租约看短多少。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(0), most: Span::ms(60_000), default: Span::ms(10) },
        },
        locking::WORK,
        locking::RETRY,
    ],
    flaws: &[
        Flaw {
            id: "careless-release",
            name: Text::new("gives a lock back without asking whose it is", "释放锁时不核对归属"),
            breaks: "lease-exclusion",
        },
        Flaw {
            id: "no-margin",
            name: Text::new(
                "counts the whole lease from the last grant, without a margin",
                "从最后一次授予起计满整个租约，不留余量",
            ),
            breaks: "lease-exclusion",
        },
    ],
};

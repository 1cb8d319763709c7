//! The majority lock, registered.

use super::{About, Assumption, Entry, Unpromised, scenarios, start};
use crate::check::{
    Answered, Goals, Ground, LeaseExclusion, LockForEach, LockGranted, MUTUAL_EXCLUSION, MutualExclusion,
    Point,
};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::locking::turns;
use crate::protocols::majority_lock::{ACQUIRE, MajorityLock};

pub(super) const ENTRY: Entry = Entry {
    spec: MajorityLock::SPEC,
    about: About {
        problem: Text::new(
            "the same as the lock service, with servers that know nothing of each other",
            "与锁服务相同，但各服务器互不知晓",
        ),
        guarantees: Text::new(
            "no two clients that are awake hold a lease at once, as long as clocks are off by less than the margin; not that their writes exclude each other",
            "只要时钟偏差小于余量，两个清醒的客户端不会同时持有租约；但不保证它们的写入互斥",
        ),
        cost: Text::new(
            "one round trip to every server for a lock, one message each to give it back; no log and no leader",
            "取锁与每台服务器往返一次，归还各发一条消息；没有日志，没有领导者",
        ),
        tolerates: Text::new(
            "the loss of servers whose weight is not needed; neither long pauses nor clocks that jump",
            "可以失去权重并非必需的服务器；但经不起长时间停顿，也经不起时钟跳变",
        ),
        misreadings: &[Text::new(
            "A majority does not make a lock safe: it decides who is granted a lease, not when the holder's write arrives. It is fine where a lock only saves double work.",
            "多数派并不能让锁安全：它决定谁获得租约，却管不了持锁者的写入何时到达。若锁只是为了避免重复劳动，它足够好用。",
        )],
    },
    properties: || vec![Box::new(LeaseExclusion::by_quorum(ACQUIRE)), Box::new(MutualExclusion::new())],
    goals: |setup| Goals {
        eventually: {
            let (retry, lease) = (setup.settings.range("retry").most.0, setup.settings.span("lease").0);
            // Those who compete meet again now and then.
            vec![
                (Box::new(LockGranted::new(GROUND)), Span(2 * lease + 32 * retry)),
                (Box::new(LockForEach::new(GROUND)), Span(2 * lease + turns(setup))),
            ]
        },
        sometimes: vec![Box::new(Point::lock_granted()), Box::new(Point::written()), Box::new(Answered)],
    },
    figures: None,
    model: None,
    unpromised: &[Unpromised {
        property: MUTUAL_EXCLUSION.id,
        why: Text::new(
            "a client that stands still, or a write that is slow, comes in when its lease is long over, and no number tells the storage",
            "停顿的客户端或缓慢的写入可能在租约早已过期后才到达，而存储没有任何号码可以分辨",
        ),
        assumes: &[Assumption::InTime],
    }],
    fifo: false,
    scenarios: scenarios![
        "majority-lock/two-clients",
        "majority-lock/pause",
        "majority-lock/clock-jump",
        "majority-lock/careless-release",
        "majority-lock/no-margin",
    ],
    explore: Bounded::new::<MajorityLock>,
    start: start::<MajorityLock>,
};

const GROUND: Ground =
    Ground { phases: &[(ACQUIRE, MajorityLock::SPEC.phases[0].name)], epoch: MajorityLock::SPEC.epoch };

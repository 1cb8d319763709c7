//! The version store, registered.

use super::{About, Entry, Unpromised, scenarios, start};
use crate::check::guarantees::Sessions;
use crate::check::linear::Model;
use crate::check::{
    AGREE_AGAIN, AgreeAgain, Answered, Answers, Converges, Goals, Ground, Kept, Point, StaleRead,
    VectorsGrow, lost,
};
use crate::explore::Bounded;
use crate::model::{
    Arg, ArgKind, Fate, Figure, Key, Milli, NodeId, Outcome, Packed, Protocol, Setup, Span, Text, Value,
};
use crate::protocols::versions::{READ, VersionStore, WRITE, ring};
use crate::quorum::{Ring, missed};
use crate::sim::Cluster;
use std::collections::BTreeSet;

pub(super) const ENTRY: Entry = Entry {
    spec: VersionStore::SPEC,
    about: About {
        problem: Text::new(
            "to take every write and answer every read, whatever is cut off from what",
            "无论网络如何割裂，都接受每次写入、答复每次读取",
        ),
        guarantees: Text::new(
            "no acknowledged write is lost, and copies that can reach each other become the same; not that a read sees the last write",
            "已确认的写入不丢失，彼此可达的副本终会一致；不保证读到最后一次写入",
        ),
        cost: Text::new(
            "one round trip from the coordinator to the keepers for a read and for a write: 2N messages, two fewer where it is a keeper itself",
            "读写各为协调者与保存者之间的一次往返：2N 条消息，协调者自身是保存者时少两条",
        ),
        tolerates: Text::new(
            "the crash or the isolation of any nodes, as long as so many others can stand in; clocks matter only where the last writer wins",
            "任意节点崩溃或被隔离，只要有足够的其他节点代替；仅在“最后写入者胜”时才依赖时钟",
        ),
        misreadings: &[
            Text::new(
                "CAP is not “pick two of three”: partitions are not picked, they happen. While one lasts, a node that cannot reach the others answers at the risk of being stale (this store) or does not answer (Raft). And without one there is still a choice, of latency against consistency: that is what PACELC adds.",
                "CAP 并不是“三选二”：分区不是选出来的，而是会发生的。分区期间，联系不上其他节点的节点要么冒着陈旧的风险作答（本存储），要么不作答（Raft）。而没有分区时仍要取舍：延迟还是一致性，这正是 PACELC 所补充的。",
            ),
            Text::new(
                "R + W > N does not make it linearizable: stand-ins may have taken the write, and two reads at once may disagree.",
                "R + W > N 并不带来可线性化：写入可能由代替者保存，两个同时的读取也可能不一致。",
            ),
            Text::new(
                "Version vectors find conflicts; they do not solve them. Somebody has to merge the siblings.",
                "版本向量只发现冲突，并不解决冲突：兄弟版本要由客户端合并。",
            ),
            Text::new(
                "“The last writer wins” means the latest clock wins: a write that was acknowledged is lost without a word.",
                "“最后写入者胜”其实是时钟最晚者胜：已确认的写入会无声丢失。",
            ),
        ],
    },
    // Phases: read, write.
    properties: || vec![Box::new(Kept::new()), Box::new(VectorsGrow::new())],
    goals: |setup| {
        let ring = ring(setup);
        let retry = setup.settings.range("retry").most.0;
        let compare = setup.settings.range("compare").most.0;
        Goals {
            eventually: vec![
                (Box::new(Answers::new(GROUND)), Span(4 * retry)),
                // Each compares with each other in turn.
                (
                    Box::new(Converges::new(ring.clone())),
                    Span(3 * setup.weights.len() as u64 * compare + retry),
                ),
            ],
            sometimes: vec![
                Box::new(Point::siblings()),
                Box::new(Point::hinted()),
                Box::new(StaleRead::new()),
                Box::new(Point::overruled()),
                Box::new(AgreeAgain::new(ring)),
                Box::new(Answered),
            ],
        }
    },
    figures: Some(figures),
    fifo: false,
    model: Some(Model::Kv),
    unpromised: &[Unpromised {
        property: "linearizable",
        why: Text::new(
            "a write is answered before all keepers have it, and a read may ask others: that is what being always available costs",
            "写入在所有保存者收到之前就已答复，而读取可能问到别的保存者：这是始终可用的代价",
        ),
        assumes: &[],
    }],
    scenarios: scenarios![
        "version-store/siblings",
        "version-store/figure-3",
        "version-store/stale-read",
        "version-store/last-writer-wins",
        "version-store/read-all-write-one",
        "version-store/forgets-count",
        "version-store/repair-replaces",
    ],
    explore: Bounded::new::<VersionStore>,
    start: start::<VersionStore>,
};

const GROUND: Ground = Ground {
    phases: &[(READ, VersionStore::SPEC.phases[0].name), (WRITE, VersionStore::SPEC.phases[1].name)],
    epoch: VersionStore::SPEC.epoch,
};

/// The chance in thousandths that a read misses the last write; `None` where keepers differ in weight.
fn foretold(ring: &Ring) -> Option<Milli> {
    let keepers = ring.of(Key(0));
    let weight = keepers.keepers.first().map(|node| keepers.rule.weight_of(*node))?;
    if keepers.keepers.iter().any(|node| keepers.rule.weight_of(*node) != weight) {
        return None;
    }
    let needed = |phase| keepers.rule.threshold(phase).div_ceil(weight);
    let chance = missed(keepers.keepers.len() as u32, needed(READ), needed(WRITE));
    Some(Milli((chance * 1e3).round() as i32))
}

/// What the reads of a run were worth, and what became of its writes.
fn figures(setup: &Setup<'_>, run: &dyn Cluster) -> Vec<Figure> {
    let (operations, now) = (run.history().operations(), run.moment().0);
    let reads = Sessions::of(operations, now).reads;
    let behind = reads.iter().filter(|read| read.versions > 0);
    let number = |number: usize| Some(Arg::Packed(ArgKind::Number, number as u32));
    let share = (behind.clone().count() * 1_000).checked_div(reads.len());
    let mut there: BTreeSet<(Key, Value)> = BTreeSet::new();
    for node in NodeId::all(setup.weights.len()) {
        let seen = run.inspect(node);
        let hints = seen.hints.iter().map(|(_, version)| version);
        there.extend(seen.versions.iter().chain(hints).map(|version| (version.key, version.value)));
    }
    let answered = operations.iter().filter_map(|operation| operation.returned);
    let siblings =
        answered.filter(|(at, _, outcome)| *at <= now && matches!(outcome, Outcome::Siblings { .. }));
    // From the end of the last fault on, as far as the run has come.
    let healed = run.standings().into_iter().find(|standing| standing.word.id == AGREE_AGAIN.id);
    let healed = healed.and_then(|standing| match standing.fate {
        Fate::True { at, .. } if at <= now => Some(Arg::Wide((at - run.plan().calm_from(at)).0 / 1_000)),
        Fate::True { .. } | Fate::Open | Fate::Broken(_) | Fate::Stuck(_) | Fate::Unknown { .. } => None,
    });
    let figure = |name, measured| Figure { name, predicted: None, measured, agrees: None };
    vec![
        Figure {
            predicted: foretold(&ring(setup)).map(|milli| Arg::Packed(ArgKind::Milli, milli.pack())),
            ..figure(
                Text::new(
                    "reads that missed a write (foretold: where keepers are drawn at random and nothing is repaired)",
                    "错过写入的读取比例（预测：保存者随机抽取且无修复）",
                ),
                share.map(|milli| Arg::Packed(ArgKind::Milli, Milli(milli as i32).pack())),
            )
        },
        figure(
            Text::new("most writes that a read was behind", "读取最多落后的写入数"),
            reads.iter().map(|read| read.versions).max().map(|most| Arg::Packed(ArgKind::Number, most)),
        ),
        figure(
            Text::new("longest that a read was behind, in ms", "读取最久落后的毫秒数"),
            reads.iter().map(|read| read.behind.0).max().map(|most| Arg::Wide(most / 1_000)),
        ),
        figure(
            Text::new(
                "from the end of the fault until copies agreed again, in ms",
                "故障结束到副本重新一致的毫秒数",
            ),
            healed,
        ),
        figure(Text::new("reads that found siblings", "读到兄弟版本的次数"), number(siblings.count())),
        figure(
            Text::new("acknowledged writes that are gone", "已确认却消失的写入数"),
            number(lost(operations, now, &there).len()),
        ),
    ]
}

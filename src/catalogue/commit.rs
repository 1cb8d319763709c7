//! Atomic commit in two phases, in three, and with Paxos, registered.

use super::{About, Assumption, Entry, Unpromised, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    AllPrepared, Answered, Answers, COMMIT_AGREEMENT, CommitAgreement, Goals, Ground, KnownToAll,
    NoNeedlessAbort, NoReversal, Point, Property, Serializable, Settles, Validity,
};
use crate::explore::Bounded;
use crate::model::{Arg, ArgKind, Ballot, Command, Figure, NodeSet, Protocol, Setup, Span, Text, Time};
use crate::protocols::commit::{Config, PaxosCommit, ThreePhase, TwoPhase, config};
use crate::sim::{Cluster, Kind, spent};

pub(super) const TWO_PHASE: Entry = Entry {
    spec: TwoPhase::SPEC,
    about: About {
        problem: Text::new(
            "a transaction over several shards must happen on all of them or on none",
            "跨多个分片的事务必须全部生效或全不生效",
        ),
        guarantees: Text::new(
            "no node commits what another aborts, and a commit has everybody's yes; the committed transactions are serialisable",
            "不会有节点提交另一节点中止了的事务，提交必有全票；已提交的事务可串行化",
        ),
        cost: Text::new(
            "four delays and 3N − 1 messages for N managers; N + 1 writes to disk that are waited for",
            "N 个管理器需 4 次延迟、3N − 1 条消息；需等待的磁盘写入 N + 1 次",
        ),
        tolerates: Text::new(
            "any crashes, in that nothing goes wrong; but while the coordinator is down, those who have voted yes wait and keep their locks",
            "任何崩溃都不会导致出错；但协调者失效期间，投过赞成票的节点只能等待并一直持有锁",
        ),
        misreadings: &[
            Text::new(
                "Two-phase commit is not consensus: consensus goes on with a majority, a commit needs everybody. And it is not two-phase locking, which is about the order of transactions.",
                "两阶段提交不是共识：共识有多数即可继续，提交却需要所有参与者。它也不是两阶段加锁，后者关乎事务的先后顺序。",
            ),
            Text::new(
                "That it blocks is no defect of an implementation. Whoever has voted yes cannot know what the others were told.",
                "阻塞并不是实现的缺陷：投过赞成票的节点无法知道别人被告知了什么。",
            ),
        ],
    },
    properties: || properties(CommitAgreement::default()),
    goals: |setup| goals(ALL, 4, 6, setup),
    figures: Some(|setup, run| figures(TwoPhase::SPEC.id, setup, run)),
    model: Some(Model::Store),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "two-phase-commit/both-or-neither",
        "two-phase-commit/blocked",
        "two-phase-commit/one-says-no",
        "two-phase-commit/recovery",
        "two-phase-commit/crossing",
        "two-phase-commit/aborts-after-yes",
        "two-phase-commit/decides-before-log",
    ],
    explore: Bounded::new::<TwoPhase>,
    start: start::<TwoPhase>,
};

pub(super) const THREE_PHASE: Entry = Entry {
    spec: ThreePhase::SPEC,
    about: About {
        problem: Text::new(
            "the same as two-phase commit, without waiting for a coordinator that is down",
            "与两阶段提交相同，但无需等待失效的协调者",
        ),
        guarantees: Text::new(
            "nobody waits for a crashed node; and all decide alike if nodes stop for good and messages come in time",
            "无人需要等待崩溃的节点；若节点一旦停止便不再恢复且消息及时到达，则所有节点决定一致",
        ),
        cost: Text::new(
            "six delays and 5N − 1 messages for N managers; 2N + 1 writes to disk that are waited for",
            "N 个管理器需 6 次延迟、5N − 1 条消息；需等待的磁盘写入 2N + 1 次",
        ),
        tolerates: Text::new(
            "crashes of any nodes, one after another; not a partition, nor messages later than its time-outs",
            "任意节点的相继崩溃；但不能容忍网络分区，也不能容忍晚于其超时的消息",
        ),
        misreadings: &[Text::new(
            "Three phases do not make a commit non-blocking on a real network: where messages can be late, both sides of a partition end the transaction, each in its own way.",
            "三个阶段并不能在真实网络上消除阻塞：消息一旦可能迟到，分区两侧就会各自以不同方式结束事务。",
        )],
    },
    properties: || properties(CommitAgreement::default()),
    // Managers stand in for a coordinator one after another.
    goals: |setup| goals(ALL, 4 + 3 * setup.weights.len() as u64, 16, setup),
    figures: Some(|setup, run| figures(ThreePhase::SPEC.id, setup, run)),
    // Where nodes decide differently, clients see half a transaction.
    model: None,
    unpromised: &[Unpromised {
        property: COMMIT_AGREEMENT.id,
        why: Text::new(
            "it rests on time: where messages are late or cut off, or nodes come back, each side ends the transaction as far as it knows",
            "它依赖时间：消息迟到或中断、或节点恢复时，各方会按自己所知结束事务",
        ),
        assumes: &[Assumption::Whole, Assumption::Heard, Assumption::InTime, Assumption::CrashStop],
    }],
    fifo: false,
    scenarios: scenarios![
        "three-phase-commit/nobody-waits",
        "three-phase-commit/partition",
        "three-phase-commit/last-one-knows",
        "three-phase-commit/aborts-after-yes",
    ],
    explore: Bounded::new::<ThreePhase>,
    start: start::<ThreePhase>,
};

pub(super) const PAXOS: Entry = Entry {
    spec: PaxosCommit::SPEC,
    about: About {
        problem: Text::new(
            "the same as two-phase commit, without a node whose failure leaves the others in doubt",
            "与两阶段提交相同，但没有任何节点的失效会让其余节点一直存疑",
        ),
        guarantees: Text::new(
            "what two-phase commit guarantees, and progress as long as a quorum of acceptors is up",
            "具备两阶段提交的全部保证，且只要有法定人数的接受者在线就能推进",
        ),
        cost: Text::new(
            "five delays and (N + 1)(F + 3) − 4 messages for N managers and F faults; or four delays and N(2F + 3) − 1; N + F + 1 writes to disk that are waited for",
            "N 个管理器、容忍 F 个故障：5 次延迟、(N + 1)(F + 3) − 4 条消息；或 4 次延迟、N(2F + 3) − 1 条消息；需等待的磁盘写入 N + F + 1 次",
        ),
        tolerates: Text::new(
            "the failure of F of 2F + 1 acceptors, at any time; a transaction still needs all its managers to vote",
            "2F + 1 个接受者中任意 F 个随时失效；但事务仍需其所有管理器投票",
        ),
        misreadings: &[Text::new(
            "It does not replace the vote of all by one of a majority. Each manager's vote is an instance of Paxos of its own; with one acceptor it is two-phase commit.",
            "它并不是用多数票取代全票：每个管理器的投票各是一个 Paxos 实例；只有一个接受者时它就是两阶段提交。",
        )],
    },
    // Phases: prepare, accept.
    properties: || properties(CommitAgreement::resting_on(0, 1)),
    // Ballots are tried in a widening range.
    goals: |setup| goals(ACCEPTORS, 4, 30, setup),
    figures: Some(|setup, run| figures(PaxosCommit::SPEC.id, setup, run)),
    model: Some(Model::Store),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "paxos-commit/any-acceptor-ends-it",
        "paxos-commit/faster",
        "paxos-commit/co-located",
        "paxos-commit/aborts-after-yes",
        "paxos-commit/decides-before-log",
    ],
    explore: Bounded::new::<PaxosCommit>,
    start: start::<PaxosCommit>,
};

const ALL: Ground = Ground { phases: &[(0, TwoPhase::SPEC.phases[0].name)], epoch: TwoPhase::SPEC.epoch };
const ACCEPTORS: Ground = Ground {
    phases: &[(0, PaxosCommit::SPEC.phases[0].name), (1, PaxosCommit::SPEC.phases[1].name)],
    epoch: PaxosCommit::SPEC.epoch,
};

fn properties(agreement: CommitAgreement) -> Vec<Box<dyn Property>> {
    vec![
        Box::new(agreement),
        Box::new(NoReversal::default()),
        Box::new(AllPrepared::default()),
        Box::new(NoNeedlessAbort::default()),
        Box::new(Serializable::default()),
        Box::new(Validity::new()),
    ]
}

fn goals(ground: Ground, doubts: u64, retries: u64, setup: &Setup<'_>) -> Goals {
    let (retry, doubt) = (setup.settings.range("retry").most.0, setup.settings.range("doubt").most.0);
    let patience = Span(doubts * doubt + retries * retry);
    Goals {
        eventually: vec![
            (Box::new(Settles::new(ground)), patience),
            (Box::new(Answers::new(ground)), patience),
        ],
        sometimes: vec![
            Box::new(Point::transaction_committed()),
            Box::new(Point::transaction_aborted()),
            Box::new(KnownToAll::default()),
            Box::new(Answered),
        ],
    }
}

/// What the last transaction cost that all its managers have decided, beside what the papers say.
fn figures(id: &str, setup: &Setup<'_>, run: &dyn Cluster) -> Vec<Figure> {
    let Some(config) = config(id, setup) else { return Vec::new() };
    let predicted = config.cost();
    let (now, _) = run.moment();
    let upto = run.trace().after(now);
    let nodes = setup.weights.len();
    let last = last_decided(&config, run, now);
    let spent = last.and_then(|(tx, slot)| spent(run.trace(), upto, run.spec(), nodes, tx.bits(), slot));
    // The papers speak of a transaction that the first manager begins and that nothing disturbs.
    let like_that = last.is_some_and(|(tx, _)| {
        config.begins_as_foretold(tx.node())
            && !run.trace().records()[..upto].iter().any(|record| {
                matches!(record.kind, Kind::Vanish | Kind::Crash | Kind::Pause | Kind::Fault | Kind::Hand)
            })
    });
    let row = |name, predicted: u32, measured: Option<u32>| Figure {
        name,
        predicted: Some(Arg::Packed(ArgKind::Number, predicted)),
        measured: measured.map(|measured| Arg::Packed(ArgKind::Number, measured)),
        agrees: measured.filter(|_| like_that).map(|measured| measured == predicted),
    };
    vec![
        row(
            Text::new("message delays of the last transaction", "上一事务的消息延迟"),
            predicted.delays,
            spent.map(|spent| spent.delays),
        ),
        row(
            Text::new("messages between nodes", "节点间消息数"),
            predicted.messages,
            spent.map(|spent| spent.messages),
        ),
        row(
            Text::new(
                "writes to disk that are waited for (with slow disks)",
                "需等待的磁盘写入（磁盘有延迟时）",
            ),
            predicted.writes,
            spent.and_then(|spent| spent.writes),
        ),
    ]
}

/// The last transaction that is committed at all its managers, and its slot.
fn last_decided(config: &Config, run: &dyn Cluster, now: Time) -> Option<(Ballot, u32)> {
    let records = &run.trace().records()[..run.trace().after(now)];
    let nodes = run.rule().nodes();
    let mut who: Vec<(u32, NodeSet)> = Vec::new();
    for record in records.iter().rev().filter(|record| record.kind == Kind::Decide) {
        let command = record.command();
        if command == Command::NOOP {
            continue;
        }
        let place = who.iter().position(|(slot, _)| *slot == record.link).unwrap_or_else(|| {
            who.push((record.link, NodeSet::EMPTY));
            who.len() - 1
        });
        who[place].1.insert(record.node);
        if config.parties(command).minus(who[place].1).is_empty() {
            return Some((Ballot::of_slot(record.link, nodes), record.link));
        }
        // Far back nothing new is to be expected.
        if who.len() > 16 {
            break;
        }
    }
    None
}

//! What the checkers of linearizability take locks, file systems and transactions for, against the machines
//! that protocols replicate: what a machine answers is accepted, and what it would never answer is not.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::find;
use quorate::check::linear::{Clients, Model, SoFar};
use quorate::machines::{Machine, MachineKind, MachineSetup};
use quorate::model::{
    ClientId, Command, Fate, Key, Lang, NodeSet, Op, Outcome, Path, RequestId, SettingValue, Span, SpanRange,
    Time, TreeOp, Value,
};
use quorate::scenario::{Planned, Scenario};
use quorate::sim::{Asks, ClientPlan, Clock, Cluster, Delay, Fault, FaultKind, Pace, Progress, storm};

/// Draws numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn command(client: u16, seq: u32, op: Op) -> Command {
    Command { request: RequestId { client: ClientId(client), seq }, op }
}

fn path(text: &str) -> Path {
    Path::parse(text).expect("a path")
}

/// Operations one after another, each told this: whether they fit.
fn fits(model: Model, deeds: &[(u16, Op, Outcome)]) -> (SoFar, Option<String>) {
    let mut clients = Clients::new(model);
    for (n, (client, op, outcome)) in (1..).zip(deeds) {
        let place = clients.called(Time::ms(10 * n), &command(*client, n as u32, *op));
        clients.returned(Time::ms(10 * n + 5), place, *outcome);
    }
    let witness = clients.witness().map(|(_, witness)| witness.sentence(Lang::En));
    (clients.run().so_far(), witness)
}

const LOCK: Key = Key(0);
const ACQUIRE: Op = Op::Acquire { key: LOCK };

const fn release(token: u32) -> Op {
    Op::Release { key: LOCK, token }
}

#[test]
fn a_lock_is_granted_to_one_and_its_tokens_grow() {
    use Outcome::{Differs, Done, Granted, Held};
    let told = |model, deeds: &[(u16, Op, Outcome)]| fits(model, deeds).0;
    let fine = [
        (0, ACQUIRE, Granted(1)),
        (1, ACQUIRE, Held),
        (0, ACQUIRE, Granted(1)),
        (1, release(1), Differs),
        (0, release(1), Done),
        (1, ACQUIRE, Granted(2)),
    ];
    for model in [Model::Leased, Model::Fenced] {
        assert_eq!(told(model, &fine), SoFar::Linearizable);
        for wrong in [
            // A token that goes back, is left out, or is granted twice.
            &[(0, ACQUIRE, Granted(1)), (0, release(1), Done), (1, ACQUIRE, Granted(1))][..],
            &[(0, ACQUIRE, Granted(2))],
            &[(0, ACQUIRE, Granted(1)), (1, ACQUIRE, Granted(1))],
            // Held, and nobody has it.
            &[(0, ACQUIRE, Held)],
            &[(0, ACQUIRE, Granted(1)), (0, release(1), Done), (1, ACQUIRE, Held)],
            // Given back by somebody else, with an old token, or twice.
            &[(0, ACQUIRE, Granted(1)), (1, release(1), Done)],
            &[(0, ACQUIRE, Granted(1)), (0, release(1), Done), (0, release(1), Done)],
            // Its holder is told that it is not.
            &[(0, ACQUIRE, Granted(1)), (0, release(1), Differs)],
            &[(0, ACQUIRE, Granted(1)), (0, ACQUIRE, Held)],
        ] {
            assert_eq!(told(model, wrong), SoFar::Not, "{model:?} {wrong:?}");
        }
    }
    // Its lease is over, or never is.
    let over = [(0, ACQUIRE, Granted(1)), (1, ACQUIRE, Granted(2)), (0, release(1), Differs)];
    assert_eq!(told(Model::Leased, &over), SoFar::Linearizable);
    let (so_far, witness) = fits(Model::Fenced, &over);
    assert_eq!(so_far, SoFar::Not);
    assert_eq!(
        witness.as_deref(),
        Some("c2 lock x → #2 (20–25 ms): nothing that had been asked for by then can lead to this answer.")
    );
}

/// Who gives a lock back before it is told that it has it may be heard in the other order.
#[test]
fn what_comes_late_is_told_no() {
    for model in [Model::Leased, Model::Fenced] {
        let mut clients = Clients::new(model);
        let told = |clients: &mut Clients, at, place, outcome| clients.returned(Time::ms(at), place, outcome);
        let first = clients.called(Time::ms(0), &command(0, 1, ACQUIRE));
        told(&mut clients, 1, first, Outcome::Granted(1));
        let again = clients.called(Time::ms(2), &command(0, 2, ACQUIRE));
        let back = clients.called(Time::ms(3), &command(0, 3, release(1)));
        told(&mut clients, 4, back, Outcome::Done);
        assert_eq!(told(&mut clients, 5, again, Outcome::Held), SoFar::Linearizable);
        // Nobody has asked since.
        let last = clients.called(Time::ms(6), &command(0, 4, ACQUIRE));
        assert_eq!(told(&mut clients, 7, last, Outcome::Held), SoFar::Not);
    }
}

#[test]
fn a_rename_is_seen_whole_or_not_at_all() {
    let tree = |op| Op::Tree(op);
    let (list, names) = (|text| tree(TreeOp::List(path(text))), |names| Outcome::Names(names));
    let before = [
        (0, tree(TreeOp::MakeDir(path("/a"))), Outcome::Done),
        (0, tree(TreeOp::Make(path("/a/b"))), Outcome::Done),
        (0, tree(TreeOp::Put(path("/a/b"), Value(3))), Outcome::Done),
        (1, tree(TreeOp::Remove(path("/a"))), Outcome::Differs),
        (1, list("/"), names(0b1)),
        (0, tree(TreeOp::Move(path("/a"), path("/c"))), Outcome::Done),
    ];
    let with = |more: &[(u16, Op, Outcome)]| fits(Model::Tree, &[&before[..], more].concat()).0;
    let found = Outcome::Value(Some(Value(3)));
    let fine = [(1, list("/"), names(0b100)), (1, list("/c/b"), found), (1, list("/a"), Outcome::Differs)];
    assert_eq!(with(&fine), SoFar::Linearizable);
    for wrong in [
        // Both places, neither, a file left behind, an empty one.
        (1, list("/"), names(0b101)),
        (1, list("/"), names(0)),
        (1, list("/a/b"), found),
        (1, list("/c/b"), Outcome::Value(None)),
        // What cannot be done is done.
        (1, tree(TreeOp::Make(path("/a/b"))), Outcome::Done),
        (1, tree(TreeOp::Remove(path("/c"))), Outcome::Done),
        (1, tree(TreeOp::Move(path("/c"), path("/c/d"))), Outcome::Done),
    ] {
        assert_eq!(with(&[wrong]), SoFar::Not, "{wrong:?}");
    }
}

#[test]
fn two_registers_are_written_at_once() {
    let keys = [Key(0), Key(1), Key(2)];
    let pair = |a: usize, b: usize, value| Op::Pair { a: keys[a], b: keys[b], value: Value(value) };
    let read = |key: usize| Op::Read { key: keys[key] };
    let held = |value| Outcome::Value(Some(Value(value)));
    let told = |deeds: &[(u16, Op, Outcome)]| fits(Model::Store, deeds).0;
    assert_eq!(
        told(&[
            (0, read(2), Outcome::Value(None)),
            (0, pair(0, 1, 1), Outcome::Done),
            (0, pair(1, 2, 2), Outcome::Done),
            (1, read(0), held(1)),
            (1, read(1), held(2)),
            (1, read(2), held(2)),
        ]),
        SoFar::Linearizable
    );
    assert_eq!(told(&[(0, pair(0, 1, 1), Outcome::Done), (1, read(1), Outcome::Value(None))]), SoFar::Not);
    // Two pairs at once, seen in two orders; each register alone would be fine.
    let mut clients = Clients::new(Model::Store);
    let one = clients.called(Time(0), &command(0, 1, pair(0, 1, 1)));
    let other = clients.called(Time(1), &command(1, 1, pair(0, 1, 2)));
    clients.returned(Time(2), one, Outcome::Done);
    clients.returned(Time(3), other, Outcome::Done);
    let first = clients.called(Time(4), &command(2, 1, read(0)));
    assert_eq!(clients.returned(Time(5), first, held(1)), SoFar::Linearizable);
    let second = clients.called(Time(6), &command(2, 2, read(1)));
    assert_eq!(clients.returned(Time(7), second, held(2)), SoFar::Not);
    // And half of a pair that nobody has been told of.
    let mut clients = Clients::new(Model::Store);
    clients.called(Time(0), &command(0, 1, pair(0, 1, 1)));
    let first = clients.called(Time(1), &command(1, 1, read(0)));
    assert_eq!(clients.returned(Time(2), first, held(1)), SoFar::Linearizable);
    let second = clients.called(Time(3), &command(1, 2, read(1)));
    assert_eq!(clients.returned(Time(4), second, Outcome::Value(None)), SoFar::Not);
}

fn draw(kind: MachineKind, dice: &mut Dice, last: Option<u32>) -> Op {
    if kind == MachineKind::Locks {
        let key = Key(dice.below(2) as u8);
        return match dice.below(3) {
            0 => Op::Release { key, token: last.unwrap_or(1) },
            _ => Op::Acquire { key },
        };
    }
    let mut place = || {
        let mut path = Path::ROOT;
        for _ in 0..dice.below(4) {
            path = path.child(dice.below(2) as u8).expect("it is not deep");
        }
        path
    };
    let (from, to) = (place(), place());
    Op::Tree(match dice.below(8) {
        0 => TreeOp::Make(from),
        1 | 2 => TreeOp::MakeDir(from),
        3 => TreeOp::Put(from, Value(dice.below(3) as u32)),
        4 => TreeOp::Move(from, to),
        5 => TreeOp::Remove(from),
        _ => TreeOp::List(from),
    })
}

/// Four clients, each with up to two requests under way, of which a machine carries out one at a time: it is
/// accepted, or given up where too many overlap; and with one answer changed it mostly is not.
#[test]
fn what_machines_answer_is_accepted_and_what_they_do_not_is_found() {
    let setup = |kind| MachineSetup { kind, lease: Span::ms(40), ..MachineSetup::default() };
    for (kind, model) in [(MachineKind::Locks, Model::Leased), (MachineKind::Tree, Model::Tree)] {
        let (mut refused, mut given_up, mut tried, mut yes, mut no) = (0, 0, 0, 0, 0);
        for seed in 0..120 {
            let (mut dice, mut machine) = (Dice(seed * 77 + 5), Machine::new(setup(kind)));
            let (mut clients, mut broken) = (Clients::new(model), Clients::new(model));
            let spoilt = 20 + dice.below(40) as u32;
            // What is under way: its place, the command, and what the machine has said.
            let mut open: Vec<(u32, Command, Option<Outcome>)> = Vec::new();
            let (mut seqs, mut last) = ([0u32; 4], None);
            for at in 0..300 {
                let now = Time::ms(at);
                match dice.below(3) {
                    0 => {
                        let client = dice.below(4) as u16;
                        let under_way = open.iter().filter(|(_, one, _)| one.request.client.0 == client);
                        if under_way.count() < 2 {
                            seqs[usize::from(client)] += 1;
                            let op = draw(kind, &mut dice, last);
                            let command = command(client, seqs[usize::from(client)], op);
                            open.push((clients.called(now, &command), command, None));
                            broken.called(now, &command);
                        }
                    }
                    1 if !open.is_empty() => {
                        let which = dice.below(open.len() as u64) as usize;
                        machine.apply(&Command { op: Op::Clock { at: at as u32 }, ..Command::NOOP });
                        let (_, command, told) = &mut open[which];
                        *told = told.or_else(|| Some(machine.apply(command)));
                    }
                    _ => {
                        let ready = open.iter().position(|(_, _, told)| told.is_some());
                        let Some((place, command, Some(told))) = ready.map(|ready| open.remove(ready)) else {
                            continue;
                        };
                        if let Outcome::Granted(token) = told {
                            last = Some(token);
                        }
                        let so_far = clients.returned(now, place, told);
                        let witness = clients.witness();
                        assert!(so_far != SoFar::Not, "{kind:?} seed {seed}: {witness:?}");
                        if told.is_yes() {
                            yes += 1
                        } else {
                            no += 1
                        }
                        let told = if place == spoilt { spoil(command.op, told) } else { told };
                        tried += u32::from(place == spoilt);
                        broken.returned(now, place, told);
                    }
                }
            }
            refused += u32::from(broken.run().so_far() == SoFar::Not);
            given_up += u32::from(clients.run().so_far() == SoFar::Unknown);
        }
        assert!(yes > 1_000 && no > 500, "{kind:?}: {yes}, {no}");
        assert!(given_up < 6, "{kind:?}: {given_up} given up");
        assert!(refused * 10 > tried * 6 && tried > 80, "{kind:?}: {refused} of {tried} found");
    }
}

/// Another answer.
fn spoil(op: Op, told: Outcome) -> Outcome {
    match (op, told) {
        (_, Outcome::Granted(token)) => Outcome::Granted(token + 1),
        (Op::Acquire { .. }, _) => Outcome::Granted(1),
        (_, Outcome::Names(names)) => Outcome::Names(names ^ 1),
        (_, Outcome::Value(_)) => Outcome::Value(Some(Value(77))),
        (Op::Tree(TreeOp::List(_)), _) => Outcome::Names(0b1000),
        (_, Outcome::Done) => Outcome::Differs,
        (_, _) => Outcome::Done,
    }
}

/// Clients of three who ask a machine for what it offers, in bad weather that ends.
fn stormy(protocol: &str, machine: u8, asks: Asks, seed: u64) -> Scenario {
    let entry = find(protocol).expect("a protocol");
    let mut scenario = Scenario::plain(entry, 5);
    scenario.settings.set("machine", SettingValue::Choice(machine));
    (scenario.seed, scenario.duration) = (seed, Span::ms(4_000));
    scenario.network.delay = Delay::Uniform { least: 1_000, most: 15_000 };
    scenario.network.loss_ppm = if entry.fifo { 0 } else { 20_000 };
    scenario.network.fifo = entry.fifo;
    let think = SpanRange { least: Span::ms(5), most: Span::ms(90) };
    let window = 1 + (seed % 2) as u16;
    let client = ClientPlan {
        pace: Pace::Closed { window, think },
        reads: 40,
        keys: 2,
        asks,
        ..ClientPlan::default()
    };
    scenario.clients = vec![client; 3];
    scenario.faults = storm(seed, 5, 10, Time(0), Time::ms(3_000))
        .into_iter()
        .map(|fault| Planned { fault, enabled: true })
        .collect();
    scenario
}

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

fn fate(run: &dyn Cluster) -> Fate {
    let standing = run.standings().into_iter().find(|one| one.word.id == "linearizable");
    standing.expect("it is watched").fate
}

/// Locks, files and transactions stay linearizable in storms, whoever replicates them.
#[test]
fn in_storms_what_is_replicated_is_one_copy() {
    let logs = ["raft", "multi-paxos", "zab"];
    let cases = logs.into_iter().flat_map(|log| [(log, 2, Asks::Locks), (log, 3, Asks::Tree)]);
    let commits = ["two-phase-commit", "paxos-commit"].map(|protocol| (protocol, 0, Asks::Pairs));
    for (protocol, machine, asks) in cases.chain(commits) {
        let (mut yes, mut no) = (0, 0);
        for seed in 0..25 {
            let run = finished(&stormy(protocol, machine, asks, seed));
            let broken =
                run.violations().iter().map(|one| one.witness.sentence(Lang::En)).collect::<Vec<_>>();
            assert!(fate(&*run) == Fate::Open, "{protocol} {asks:?} seed {seed}: {broken:?}");
            let outcomes = run.history().operations().iter().filter_map(|one| one.returned);
            for (_, _, outcome) in outcomes {
                if outcome.is_yes() { yes += 1 } else { no += 1 }
            }
        }
        assert!(yes > 500 && no > 10, "{protocol} {asks:?}: {yes} and {no}");
    }
}

/// A leader that was voted for without a look at its log has forgotten who holds which lock, and what is
/// where: clients can tell.
#[test]
fn who_forgets_what_is_replicated_is_found_out() {
    for (machine, asks) in [(2, Asks::Locks), (3, Asks::Tree)] {
        let found = (0..60).any(|seed| {
            let mut scenario = stormy("raft", machine, asks, seed);
            scenario.settings.set_flaw("votes-without-log", true);
            matches!(fate(&*finished(&scenario)), Fate::Broken(_))
        });
        assert!(found, "{asks:?}");
    }
}

/// When somebody asked, who, for what, and when they were told what; in ms.
type Told = (u64, u16, Op, Option<(u64, Outcome)>);

/// What clients are told in a scenario of the gallery, in the order of the calls.
fn told(id: &str) -> Vec<Told> {
    let scenario = quorate::scenario::find(id).expect("a scenario");
    let run = finished(scenario);
    let operation = |one: &quorate::sim::Operation| {
        let returned = one.returned.map(|(at, _, outcome)| (at.0 / 1_000, outcome));
        (one.called.0 / 1_000, one.command.request.client.0, one.command.op, returned)
    };
    run.history().operations().iter().map(operation).collect()
}

#[test]
fn a_lock_outlives_the_leader_that_granted_it() {
    let told = told("raft/locks");
    let of = |client: u16| told.iter().filter(move |(_, who, _, _)| *who == client).collect::<Vec<_>>();
    let (first, second) = (of(0), of(1));
    assert!(matches!(first[..], [(_, _, _, Some((_, Outcome::Granted(1))))]), "{first:?}");
    let held = |from, by| {
        let within = |at: &u64| (from..by).contains(at);
        second.iter().any(|(_, _, _, told)| matches!(told, Some((at, Outcome::Held)) if within(at)))
    };
    assert!(held(220, 600) && held(700, 1_150), "by the first leader, and by the next: {second:?}");
    let granted = second.iter().find_map(|(_, _, _, told)| match told {
        Some((at, Outcome::Granted(token))) => Some((*at, *token)),
        _ => None,
    });
    // Asked for at 150 ms, for a second; and nobody counted while nobody led.
    assert!(granted.is_some_and(|(at, token)| token == 2 && at > 1_300), "{granted:?}");
}

#[test]
fn a_rename_under_a_crash_is_whole_and_happens_once() {
    let told = told("multi-paxos/rename");
    let list = |names: u16| {
        move |one: &&Told| {
            one.2 == Op::Tree(TreeOp::List(Path::ROOT))
                && one.3.is_some_and(|(_, told)| told == Outcome::Names(names))
        }
    };
    let (before, after) = (told.iter().filter(list(0b1)).count(), told.iter().filter(list(0b10)).count());
    let asked =
        told.iter().filter(|one| one.2 == Op::Tree(TreeOp::List(Path::ROOT)) && one.3.is_some()).count();
    assert!(before > 1 && after > 1 && before + after == asked, "{before}, {after} of {asked}");
    let moved = told.iter().find(|one| matches!(one.2, Op::Tree(TreeOp::Move(..)))).and_then(|one| one.3);
    assert!(moved.is_some_and(|(at, told)| at > 716 && told == Outcome::Done), "{moved:?}");
}

#[test]
fn a_version_is_read_as_it_was_until_it_is_collected() {
    let told = told("zab/snapshot-read");
    let a = Outcome::Value(Some(Value(0)));
    let reads = told.iter().filter(|one| matches!(one.2, Op::Read { .. } | Op::ReadAt { .. }));
    let reads: Vec<_> = reads.map(|one| one.3.map(|(_, told)| told)).collect();
    let b = Outcome::Value(Some(Value(1)));
    assert_eq!(reads, [Some(a), Some(b), Some(a), Some(a), Some(Outcome::Refused)]);
}

/// Where no clock of a run gets as far as a lease lasts, nobody else can be granted the lock.
#[test]
fn a_lock_is_free_again_only_where_a_lease_can_be_over() {
    let model = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = stormy("raft", 2, Asks::Locks, 1);
        (scenario.duration, scenario.faults) = (Span::ms(990), Vec::new());
        change(&mut scenario);
        let run = scenario.run();
        scenario.entry.model_in(&scenario.settings, run.plan(), run.end())
    };
    let drift =
        |drift_ppm| move |scenario: &mut Scenario| scenario.clocks = vec![Clock { offset: 5, drift_ppm }];
    assert_eq!(model(&|_| ()), Some(Model::Fenced));
    assert_eq!(model(&drift(-20_000)), Some(Model::Fenced));
    assert_eq!(model(&drift(20_000)), Some(Model::Leased));
    assert_eq!(model(&|scenario| scenario.duration = Span::ms(1_000)), Some(Model::Leased));
    let jump = |scenario: &mut Scenario| {
        let kind = FaultKind::Jump { nodes: NodeSet::full(5), by_ms: 20 };
        scenario.faults = vec![Planned { fault: Fault { kind, from: Time(0), until: None }, enabled: true }];
    };
    assert_eq!(model(&jump), Some(Model::Leased));
    let machine =
        |which| move |scenario: &mut Scenario| scenario.settings.set("machine", SettingValue::Choice(which));
    assert_eq!(model(&machine(3)), Some(Model::Tree));
    assert_eq!(model(&machine(0)), Some(Model::Kv));
}

//! What is measured: the same loads natively, in WebAssembly, and beside the peers.

use quorate::catalogue::{self, Entry};
use quorate::check::Monitor;
use quorate::explore::{self, Bounds, Constants, Explorer, Limits, System};
use quorate::model::{NodeId, Protocol, SettingValue, Settings, Setup, Span, SpanRange, Time};
use quorate::protocols::raft::{Config, Raft};
use quorate::quorum::Rule;
use quorate::scenario::{Planned, Scenario};
use quorate::session::{Action, Edit, Session};
use quorate::sim::{
    ClientPlan, Delay, Fault, FaultKind, Force, Intervention, Network, Nodes, Pace, Plan, Progress, Recorder,
    Stream, World,
};
use std::sync::Arc;

/// Something to be timed.
pub struct Load {
    /// What it is, as the README's table has it.
    pub name: &'static str,
    /// How often it is timed a round.
    pub calls: u32,
    /// Makes it ready, outside the clock: what comes back is called and timed, with the call's count,
    /// and gives a fingerprint of what it did.
    pub ready: fn() -> Call,
}

/// One call of a load.
pub type Call = Box<dyn FnMut(u32) -> u64>;

/// Every load but the peers'.
pub const LOADS: [Load; 8] = [
    Load { name: "10,000 commits, nothing kept", calls: 5, ready: || commits(Kept::Nothing) },
    Load { name: "10,000 commits, trace", calls: 5, ready: || commits(Kept::Trace) },
    Load { name: "10,000 commits, trace and checks", calls: 5, ready: || commits(Kept::TraceAndChecks) },
    Load { name: "60 s of Raft, 5 nodes, 20 commands/s", calls: 5, ready: minute },
    Load { name: "a fault moved in a run of 5 s", calls: 20, ready: drag },
    Load { name: "seek in a run of 1,000,000 events", calls: 50, ready: seek },
    Load { name: "every state of the synod, 44,815", calls: 5, ready: synod },
    Load { name: "every state of a bounded Raft", calls: 5, ready: bounded_raft },
];

/// The model that is explored beside the peer's, too.
fn synod() -> Call {
    Box::new(|_| {
        let model = explore::model("synod").expect("a model");
        let constants = Constants::read(model, "proposers=2,acceptors=3", &[]).expect("constants");
        explored(model.build(&constants).expect("a system"))
    })
}

/// One time-out and two requests in a cluster of three.
fn bounded_raft() -> Call {
    Box::new(|_| {
        let bounds = Bounds { timeouts: 1, requests: 2, ..Bounds::USUAL };
        let settings = Settings::defaults(raft().spec.settings);
        let system = catalogue::bounded(raft(), &Rule::majority(3, 2), &settings, bounds);
        explored(Box::new(system))
    })
}

/// Visits every state; a fingerprint of the counts.
pub fn explored(system: Box<dyn System>) -> u64 {
    let mut explorer = Explorer::new(system, Limits::default());
    while explorer.advance(1 << 16) == explore::Progress::Running {}
    let counts = explorer.counts();
    assert_eq!(explorer.progress(), explore::Progress::Complete);
    counts.distinct << 32 | counts.generated
}

/// Chance of every load comes from here.
pub const SEED: u64 = 20_261_120;
/// How many commands a client keeps under way.
pub const WINDOW: u16 = 64;

/// What is kept of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing: the simulator alone.
    Nothing,
    /// The trace and the clients' history.
    Trace,
    /// These, and every property is checked after every event.
    TraceAndChecks,
}

fn commits(kept: Kept) -> Call {
    let mut busy = Busy::new(5, kept);
    busy.run(500);
    Box::new(move |_| {
        busy.run(10_000);
        u64::from(busy.world.events())
    })
}

/// Raft in the simulator under full load: links that take 1 to 10 µs and keep their order, and one
/// client beside the leader that keeps its window full. Elections and heartbeats are as rare beside
/// that as in the peers' loop.
pub struct Busy {
    world: World<Raft>,
    recorder: Option<Recorder>,
}

const LEADER: NodeId = NodeId(0);

impl Busy {
    /// The cluster with its leader elected and nothing asked of it yet.
    #[must_use]
    pub fn new(nodes: usize, kept: Kept) -> Self {
        let plan = Plan {
            network: Network {
                delay: Delay::Uniform { least: 1, most: 10 },
                fifo: true,
                ..Network::default()
            },
            client_delay: Delay::NONE,
            interventions: vec![Intervention::Timeout { node: LEADER, timer: 0, at: Time(1) }],
            clients: vec![ClientPlan {
                start: Time::ms(1),
                target: Some(LEADER),
                pace: Pace::Closed { window: WINDOW, think: SpanRange::default() },
                ..ClientPlan::default()
            }],
            ..Plan::calm(Rule::majority(nodes, 2), SEED)
        };
        let mut recorder = match kept {
            Kept::Nothing => None,
            Kept::Trace => Some(Recorder::new(None)),
            Kept::TraceAndChecks => Some(Recorder::new(Some(Box::new(Monitor::new((raft().properties)()))))),
        };
        let mut world = World::new(Arc::new(plan), Arc::new(config(nodes)), recorder.as_mut());
        while world.step(Time(999), recorder.as_mut()) {}
        assert!(world.inspect(LEADER).leads, "the chosen node leads");
        Self { world, recorder }
    }

    /// Goes on until the leader has committed so many more entries.
    pub fn run(&mut self, commits: u32) {
        let target = self.world.inspect(LEADER).commit + commits;
        while self.world.inspect(LEADER).commit < target {
            self.step();
        }
    }

    fn step(&mut self) {
        assert!(self.world.step(Time(u64::MAX), self.recorder.as_mut()), "there is always a next event");
    }

    /// Lets every node commit what the leader has committed by now; a fingerprint of the log.
    ///
    /// # Panics
    /// Where the logs differ, or a property broke.
    pub fn settle(&mut self) -> u64 {
        let commit = self.world.inspect(LEADER).commit;
        let nodes = self.world.count();
        while NodeId::all(nodes).any(|node| self.world.inspect(node).commit < commit) {
            self.step();
        }
        let chain = |node| self.world.inspect(node).log.and_then(|log| log.chain(commit)).expect("a log");
        assert!(NodeId::all(nodes).all(|node| chain(node) == chain(LEADER)), "replicas diverged");
        if let Some(observer) = self.recorder.as_ref().and_then(|recorder| recorder.observer.as_ref()) {
            assert!(observer.violations().is_empty(), "nothing broke");
        }
        chain(LEADER)
    }
}

/// Raft as it is under full load, set as raft-rs is beside it: CheckQuorum on, PreVote off, a
/// heartbeat every 1,000 units of delay and elections after ten times as long.
#[must_use]
pub fn config(nodes: usize) -> Config {
    let election = SpanRange { least: Span::ms(10), most: Span::ms(20) };
    let mut settings = Settings::defaults(raft().spec.settings);
    settings.set("election", SettingValue::Range(election));
    settings.set("heartbeat", SettingValue::Span(Span::ms(1)));
    settings.set("checkquorum", SettingValue::Switch(true));
    let (weights, thresholds) = (vec![1; nodes], [nodes as u32 / 2 + 1; 2]);
    Raft::configure(&Setup { weights: &weights, thresholds: &thresholds, settings: &settings })
}

fn raft() -> &'static Entry {
    catalogue::find("raft").expect("Raft is registered")
}

/// Raft as it is by default, with heartbeats every 50 ms, and one client that asks at a steady pace.
fn steady(duration: Span, every: Span) -> Scenario {
    let client =
        ClientPlan { pace: Pace::Open { every: SpanRange::exactly(every) }, ..ClientPlan::default() };
    Scenario { seed: SEED, duration, clients: vec![client], ..Scenario::plain(raft(), 5) }
}

fn minute() -> Call {
    Box::new(|_| {
        let mut run = steady(Span::ms(60_000), Span::ms(50)).run();
        while run.advance(10_000) == Progress::Running {}
        assert!(run.violations().is_empty(), "nothing broke");
        run.trace().digest()
    })
}

/// A crash is dragged along the timeline: timed until the new run's frame is there.
fn drag() -> Call {
    let mut scenario = steady(Span::ms(5_000), Span::ms(50));
    let crash = |from| Fault {
        kind: FaultKind::Crash { node: LEADER, amnesia: false },
        from,
        until: Some(from + Span::ms(800)),
    };
    scenario.faults.push(Planned { fault: crash(Time::ms(500)), enabled: true });
    let mut session = Session::new(scenario, Some(Time::ms(2_500)));
    session.settle();
    Box::new(move |call| {
        let moved = crash(Time::ms(510 + 10 * u64::from(call)));
        session.apply(Action::Edit(Edit::SetFault(0, moved), Some(1)));
        session.settle();
        session.run().trace().digest() ^ u64::from(session.frame().event)
    })
}

/// A run of a million events, open in a session.
#[must_use]
pub fn long() -> Session {
    let mut session = Session::new(steady(Span::ms(210_000), Span::ms(2)), None);
    session.settle();
    session
}

/// To places in a long run, back and forth by chance.
fn seek() -> Call {
    let mut session = long();
    assert!(
        session.run().trace().events() >= 1_000_000,
        "{} events are too few",
        session.run().trace().events()
    );
    Box::new(move |call| {
        let at = Stream::of(SEED, Force::Storm, 0, call).below(session.run().end().0);
        session.apply(Action::Seek(Time(at)));
        u64::from(session.frame().event)
    })
}

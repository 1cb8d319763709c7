//! Raft in Quorate's simulator beside raft-rs, in one event loop and one run.
//!
//! Each measurement is a process of its own; rounds go over all of them in turn. Printed are
//! commits a second of processor time, the median over the rounds with the least and the most, and
//! the ratio to raft-rs: the median of the ratios within a round, as only these can be trusted on a
//! machine that does other work too.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml [-- --rounds 7]`

mod engine;
#[path = "../../simulator/loads.rs"]
#[allow(dead_code, reason = "the other benchmark uses the rest")]
mod loads;
mod quorate_raft;
mod raft_rs;

use engine::{Engine, Loop};
use loads::{Busy, Kept};
use quorate_raft::QuorateRaft;
use raft_rs::RaftRs;
use std::process::Command;
use std::time::Instant;

const NODES: usize = 5;
/// Commands that are timed; a twentieth of it comes first, untimed.
const COMMANDS: u32 = 100_000;

/// What is measured: its name, and a function that runs it and gives seconds and a fingerprint.
const ROWS: [(&str, fn() -> (f64, u64)); 5] = [
    ("raft-rs 0.7.0", in_loop::<RaftRs>),
    ("Quorate's Raft in the same loop", in_loop::<QuorateRaft>),
    ("Quorate's simulator, nothing kept", || in_simulator(Kept::Nothing)),
    ("Quorate's simulator, trace", || in_simulator(Kept::Trace)),
    ("Quorate's simulator, trace and checks", || in_simulator(Kept::TraceAndChecks)),
];

fn in_loop<E: Engine>() -> (f64, u64) {
    let mut cluster = Loop::<E>::new(NODES, loads::SEED);
    cluster.run(COMMANDS / 20, loads::WINDOW);
    let start = Clock::now();
    cluster.run(COMMANDS, loads::WINDOW);
    (start.seconds(), cluster.settle())
}

fn in_simulator(kept: Kept) -> (f64, u64) {
    let mut busy = Busy::new(NODES, kept);
    busy.run(COMMANDS / 20);
    let start = Clock::now();
    busy.run(COMMANDS);
    (start.seconds(), busy.settle())
}

/// Processor time where the system tells it, otherwise wall time.
struct Clock {
    wall: Instant,
    cpu: Option<u64>,
}

impl Clock {
    fn now() -> Self {
        let cpu = std::fs::read_to_string("/proc/self/schedstat").ok();
        let cpu = cpu.and_then(|text| text.split(' ').next()?.parse().ok());
        Self { wall: Instant::now(), cpu }
    }

    fn seconds(&self) -> f64 {
        let wall = self.wall.elapsed().as_secs_f64();
        let cpu = self.cpu.zip(Self::now().cpu).map(|(from, to)| (to - from) as f64 / 1e9);
        cpu.filter(|cpu| *cpu > 0.0).unwrap_or(wall)
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs one row in a process of its own.
fn measure(row: usize) -> (f64, u64) {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program).args(["--row", &row.to_string()]).output().expect("it starts again");
    assert!(output.status.success(), "{}: {}", ROWS[row].0, String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let (seconds, check) = text.trim().split_once(' ').expect("two numbers");
    (seconds.parse().expect("seconds"), check.parse().expect("a fingerprint"))
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| -> Option<usize> {
        args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)?.parse().ok())
    };
    if let Some(row) = option("--row") {
        let (seconds, check) = (ROWS[row].1)();
        println!("{seconds} {check}");
        return;
    }
    let rounds = option("--rounds").unwrap_or(7).max(1);
    let mut seconds = vec![Vec::new(); ROWS.len()];
    let mut checks = vec![None; ROWS.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for row in 0..ROWS.len() {
            let (took, check) = measure(row);
            seconds[row].push(took);
            assert_eq!(*checks[row].get_or_insert(check), check, "{} is repeatable", ROWS[row].0);
        }
    }
    println!(
        "Raft, {NODES} nodes, {} commands in flight, {COMMANDS} commands, {rounds} rounds\n",
        loads::WINDOW
    );
    println!("{:<38} {:>10}  {:>19}  {:>7}  {:>11}", "", "commits/s", "least–most", "ratio", "least–most");
    let mut json = String::new();
    for (row, (name, _)) in ROWS.iter().enumerate() {
        let mut rates: Vec<f64> = seconds[row].iter().map(|took| f64::from(COMMANDS) / took).collect();
        let mut ratios: Vec<f64> =
            seconds[0].iter().zip(&seconds[row]).map(|(peer, own)| peer / own).collect();
        let (rate, ratio) = (median(&mut rates), median(&mut ratios));
        let span = format!("{:.0}–{:.0}", rates[0], rates[rounds - 1]);
        let ratio_span = format!("{:.2}–{:.2}", ratios[0], ratios[rounds - 1]);
        println!("{name:<38} {rate:>10.0}  {span:>19}  {ratio:>7.2}  {ratio_span:>11}");
        json += &format!(
            "{{\"figure\":\"commits/s\",\"row\":\"{name}\",\"median\":{rate:.0},\"least\":{:.0},\"most\":{:.0},\
             \"ratio\":{ratio:.3},\"ratio_least\":{:.3},\"ratio_most\":{:.3},\"rounds\":{rounds}}}\n",
            rates[0],
            rates[rounds - 1],
            ratios[0],
            ratios[rounds - 1]
        );
    }
    print!("\n{json}");
}

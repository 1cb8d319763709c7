//! How fast the simulator is, natively and in WebAssembly, in the same rounds: `cargo bench`.
//!
//! Rounds go over all loads in turn. Printed are medians in ms of wall time, with the least and the
//! most. The ratio of WebAssembly to native time compares the quickest calls of a round, as what else
//! a machine does makes the others slower, and is the median over the rounds. WebAssembly runs under
//! node, with V8's optimizing compiler from the first call; where there is no node or no `wasm32`
//! target, that part is left out. Nothing here fails because it is slow.
//!
//! `cargo bench -- --rounds 9` for more than 5.

mod linear;
#[allow(dead_code, reason = "the peers' benchmark uses the rest")]
mod loads;
mod wasm;

use loads::LOADS;
use std::time::Instant;

/// Memory in use, in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib * 1024)
}

/// The memory of a run of a million events, in a table's line and in JSON.
fn memory() {
    let before = resident();
    let session = loads::long();
    let trace = session.run().trace();
    let (events, records) = (trace.events() as usize, trace.records().len());
    let record = size_of_val(&trace.records()[0]);
    println!("\n{events} events, {records} trace records of {record} bytes");
    let mib = |bytes: usize| bytes as f64 / 1_048_576.0;
    print!("the whole run in memory: ");
    match before.zip(resident()) {
        Some((before, after)) => {
            let whole = after.saturating_sub(before);
            println!("{:.1} MiB, {:.1} bytes a record", mib(whole), whole as f64 / records as f64);
            println!(
                "{{\"figure\":\"memory\",\"events\":{events},\"records\":{records},\"record_bytes\":{record},\
                 \"whole_bytes\":{whole}}}"
            );
        }
        None => println!("this system does not tell"),
    }
}

/// All times of one load: a list for each round.
type Times = Vec<Vec<f64>>;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn least(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::MAX, f64::min)
}

/// The median of all times, the least and the most.
fn spread(times: &Times) -> (f64, f64, f64) {
    let all = || times.iter().flatten().copied();
    (median(all().collect()), least(&all().collect::<Vec<_>>()), all().fold(0.0, f64::max))
}

fn shown(times: &Times) -> String {
    let (median, least, most) = spread(times);
    format!("{median:>9.2} {:>17}", format!("{least:.2}–{most:.2}"))
}

fn json(name: &str, target: &str, times: &Times) -> String {
    let (median, least, most) = spread(times);
    format!(
        "{{\"figure\":\"{name}\",\"target\":\"{target}\",\"ms\":{median:.3},\"least\":{least:.3},\"most\":{most:.3}}}\n"
    )
}

fn native(load: usize) -> (Vec<f64>, Vec<u64>) {
    let mut call = (LOADS[load].ready)();
    let timed = |count| {
        let start = Instant::now();
        let fingerprint = call(count);
        (start.elapsed().as_secs_f64() * 1e3, fingerprint)
    };
    (0..LOADS[load].calls).map(timed).unzip()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rounds = args.iter().position(|arg| arg == "--rounds").and_then(|at| args.get(at + 1)?.parse().ok());
    let rounds: usize = rounds.unwrap_or(5).max(1);
    memory();
    linear::figures();
    let mut module = wasm::Module::start();
    let (mut here, mut there) = (vec![Times::new(); LOADS.len()], vec![Times::new(); LOADS.len()]);
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for load in 0..LOADS.len() {
            let (times, fingerprints) = native(load);
            here[load].push(times);
            if let Some(module) = &mut module {
                let (times, same) = module.run(load);
                assert_eq!(same, fingerprints, "{}: the same in WebAssembly", LOADS[load].name);
                there[load].push(times);
            }
        }
    }
    println!(
        "\n{:<38} {:>9} {:>17} {:>9} {:>17} {:>6}",
        "ms", "native", "least–most", "wasm", "least–most", "ratio"
    );
    let mut lines = String::new();
    for (load, (here, there)) in LOADS.iter().zip(here.iter().zip(&there)) {
        print!("{:<38} {}", load.name, shown(here));
        lines += &json(load.name, "native", here);
        if !there.is_empty() {
            let ratios = here.iter().zip(there).map(|(here, there)| least(there) / least(here));
            print!(" {} {:>6.2}", shown(there), median(ratios.clone().collect()));
            lines += &json(load.name, "wasm", there);
            lines += &format!(
                "{{\"figure\":\"{}\",\"wasm_over_native\":{:.3}}}\n",
                load.name,
                median(ratios.clone().collect())
            );
        }
        println!();
    }
    print!("\n{lines}");
}

//! How long the checkers of linearizability take: the verdict of a run after each event, and whole
//! histories, those in the folder that `QUORATE_HISTORIES` names.

use quorate::check::linear::{Budget, Clients, Model};
use quorate::model::{ClientId, Command, Key, Op, Outcome, RequestId, Time, Value};
use std::time::Instant;

/// What happens in a made-up run: so many clients, each with one request at a time, on three keys.
fn events(operations: u32, clients: u16) -> Vec<(Time, Command, Option<Outcome>)> {
    let (mut seed, mut now, mut events) = (7u32, 0u64, Vec::new());
    let mut draw = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut registers = [None; 3];
    // Of each client: its request, and the answer once it has happened.
    let mut busy: Vec<Option<(Command, Option<Outcome>)>> = vec![None; usize::from(clients)];
    let mut seq = 0;
    while seq < operations || busy.iter().any(Option::is_some) {
        now += 100;
        let client = draw(u32::from(clients)) as u16;
        let slot = &mut busy[usize::from(client)];
        match *slot {
            None if seq < operations => {
                seq += 1;
                let key = Key(draw(3) as u8);
                let op = match draw(10) {
                    0..5 => Op::Read { key },
                    5..9 => Op::Write { key, value: Value(seq) },
                    _ => Op::Cas {
                        key,
                        expect: registers[usize::from(key.0)].unwrap_or(Value(0)),
                        value: Value(seq),
                    },
                };
                let command = Command { request: RequestId { client: ClientId(client), seq }, op };
                events.push((Time(now), command, None));
                *slot = Some((command, None));
            }
            None => {}
            Some((command, None)) => {
                let outcome = match command.op {
                    Op::Noop => Outcome::Done,
                    Op::Read { key } => Outcome::Value(registers[usize::from(key.0)]),
                    Op::Write { key, value } => {
                        registers[usize::from(key.0)] = Some(value);
                        Outcome::Done
                    }
                    Op::Cas { key, expect, value } if registers[usize::from(key.0)] == Some(expect) => {
                        registers[usize::from(key.0)] = Some(value);
                        Outcome::Done
                    }
                    Op::Cas { .. } => Outcome::Differs,
                    // Nothing else is asked for.
                    Op::ReadAt { .. }
                    | Op::Acquire { .. }
                    | Op::Release { .. }
                    | Op::Pair { .. }
                    | Op::Reweigh { .. }
                    | Op::Clock { .. }
                    | Op::End { .. }
                    | Op::Tree(_) => Outcome::Refused,
                };
                *slot = Some((command, Some(outcome)));
            }
            Some((command, Some(outcome))) => {
                events.push((Time(now), command, Some(outcome)));
                *slot = None;
            }
        }
    }
    events
}

/// The median and the longest time of an event in µs, and of a whole run in ms.
fn running(operations: u32, clients: u16) {
    let events = events(operations, clients);
    let mut places = vec![0; operations as usize + 1];
    let mut times = Vec::with_capacity(events.len());
    let mut run = Clients::new(Model::Kv);
    for (at, command, outcome) in &events {
        let place = &mut places[command.request.seq as usize];
        let start = Instant::now();
        match outcome {
            None => *place = run.called(*at, command),
            Some(outcome) => {
                run.returned(*at, *place, *outcome);
            }
        }
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    let whole = times.iter().sum::<f64>() / 1e3;
    let start = Instant::now();
    let points = run.run().points().len();
    let drawn = start.elapsed().as_secs_f64() * 1e3;
    let most = times.iter().copied().fold(0.0, f64::max);
    let per_event = whole * 1e3 / times.len() as f64;
    println!(
        "{operations} operations of {clients} clients: {:?}, {per_event:.2} µs an event, at most {most:.0} µs; {whole:.2} ms in \
         all; {points} moments in {drawn:.2} ms",
        run.run().so_far()
    );
    println!(
        "{{\"figure\":\"linear running\",\"operations\":{operations},\"clients\":{clients},\"us_an_event\":{per_event:.3},\
         \"us_most\":{most:.1},\"ms\":{whole:.3}}}"
    );
}

/// All figures.
pub fn figures() {
    println!();
    for clients in [3, 8] {
        for operations in [200, 1_200] {
            running(operations, clients);
        }
    }
    let folder = std::env::var_os("QUORATE_HISTORIES").unwrap_or_default();
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("whole histories: left out, as QUORATE_HISTORIES names no folder of history files");
        return;
    };
    let (mut count, mut slowest, mut all) = (0, (0.0, String::new()), 0.0);
    for file in files.flatten() {
        let Ok(bytes) = std::fs::read(file.path()) else { continue };
        let start = Instant::now();
        let Ok(history) = quorate::history::read(&bytes, None, None) else { continue };
        let _ = history.check(Budget::default());
        let ms = start.elapsed().as_secs_f64() * 1e3;
        (count, all) = (count + 1, all + ms);
        if ms > slowest.0 {
            slowest = (ms, file.file_name().to_string_lossy().into_owned());
        }
    }
    let (ms, name) = slowest;
    println!("{count} whole histories in {all:.1} ms; the slowest took {ms:.2} ms: {name}");
    println!("{{\"figure\":\"linear whole\",\"histories\":{count},\"ms\":{all:.2},\"slowest_ms\":{ms:.3}}}");
}

use quorate::{catalogue::PROTOCOLS, scenario, search::*};
use std::time::Instant;
fn main() {
    let only = std::env::args().nth(1);
    let seeds: u64 = std::env::args().nth(2).and_then(|s| s.parse().ok()).unwrap_or(1);
    let shrink = std::env::args().nth(3).is_some();
    for entry in PROTOCOLS {
        for flaw in entry.spec.flaws {
            if only
                .as_ref()
                .is_some_and(|only| !format!("{}/{}", entry.spec.id, flaw.id).contains(only.as_str()))
            {
                continue;
            }
            for seed in 0..seeds {
                let mut s = scenario::find(entry.scenarios[0].0).unwrap().clone();
                s.settings.set_flaw(flaw.id, true);
                let t = Instant::now();
                let mut f = Finder::new(
                    &s,
                    Options {
                        seed,
                        schedules: Some(20_000),
                        property: Some(flaw.breaks),
                        ..Options::default()
                    },
                );
                while f.advance(100_000) == Search::Running {}
                println!(
                    "{}/{}: {:?} tried {} others {:?} {:?} ({:.0}/s)",
                    entry.spec.id,
                    flaw.id,
                    f.found().map(|f| f.schedule),
                    f.tried(),
                    f.broken(),
                    t.elapsed(),
                    f.tried() as f64 / t.elapsed().as_secs_f64()
                );
                if shrink && let Some(found) = f.found() {
                    let t = Instant::now();
                    let mut sh = Shrinker::new(found);
                    while !sh.advance(10_000) {}
                    let small = sh.shrunk().unwrap();
                    println!(
                        "   shrunk: interesting {} tries {} faults {} hands {} nodes {} {:?} ok {}",
                        small.interesting,
                        small.tries,
                        small.scenario.faults.len(),
                        small.scenario.interventions.len(),
                        small.scenario.weights.len(),
                        t.elapsed(),
                        scenario::replay(&small.scenario).iter().all(|k| k.ok)
                    );
                    if seeds == 1 {
                        println!("{}", scenario::to_json_pretty(&small.scenario));
                    }
                }
            }
        }
    }
}

use quorate::{scenario, search::*, sim::*};
fn main() {
    let a: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let mut s = scenario::find("raft/leader-crash").unwrap().clone();
    s.settings.set_flaw("counts-old-term", true);
    let d = Schedules::new(&s, a[0]).nth(a[1]);
    println!(
        "faults {} hands {} delay {:?} dur {:?} disk {:?} loss {}",
        d.faults.len(),
        d.interventions.len(),
        d.network.delay,
        d.duration,
        d.disk,
        d.network.loss_ppm
    );
    let mut r = d.run();
    while r.advance(10) == Progress::Running && r.violations().is_empty() {}
    let t = r.trace();
    let v = &r.violations()[0];
    println!("{} {}", v.at, v.witness.sentence(quorate::model::Lang::En));
    for rec in t.records() {
        if rec.at().0 + 700_000 < v.at.0 {
            continue;
        }
        let l = t.line(rec, d.spec());
        if rec.kind == Kind::Fault {
            println!("{l} {:?}", d.faults[rec.link as usize].fault.kind);
        }
        if rec.kind == Kind::Because
            && [
                "BecomeLeader",
                "CommitOldTerm",
                "CommitBefore",
                "Commit",
                "CommitSome",
                "Truncate",
                "Append",
                "CountAppended",
                "RefuseVoteOlder",
                "BackUp",
            ]
            .contains(&d.spec().rules[rec.code as usize].name)
        {
            println!("{l}");
        }
        if matches!(rec.kind, Kind::Crash | Kind::Boot | Kind::Hand | Kind::Pause) {
            println!("{l}");
        }
    }
}

use quorate::{scenario, search::*, sim::*};
fn main() {
    let mut s = scenario::find("raft/leader-crash").unwrap().clone();
    s.settings.set_flaw("counts-old-term", true);
    let sch = Schedules::new(&s, 0);
    let place = |n: &str| s.spec().rules.iter().position(|r| r.name == n).unwrap();
    let names = [
        "CommitOldTerm",
        "BecomeLeader",
        "StartElection",
        "GrantVote",
        "Commit",
        "Truncate",
        "HoldBack",
        "AppendRequest",
    ];
    let mut c = vec![0u64; s.spec().rules.len()];
    let mut any = vec![0u64; c.len()];
    for i in 0..4000 {
        let d = sch.nth(i);
        let mut r = d.run();
        while r.advance(10000) == Progress::Running {}
        let mut seen = vec![false; c.len()];
        for rec in r.trace().records().iter().filter(|r| r.kind == Kind::Because) {
            c[rec.code as usize] += 1;
            seen[rec.code as usize] = true;
        }
        for (a, s) in any.iter_mut().zip(seen) {
            *a += s as u64;
        }
    }
    let _ = (place, names);
    for (i, w) in s.spec().rules.iter().enumerate() {
        println!("{}: {} in {}", w.name, c[i], any[i]);
    }
}

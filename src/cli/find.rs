//! Looks for a schedule that breaks a scenario.

use crate::{BROKEN, Failure, source, unless_gone};
use clap::Args;
use quorate::model::{Lang, NodeSet, PropertyKind};
use quorate::scenario::{self, Scenario};
use quorate::search::{Coverage, Finder, Found, Options, Search, Shard, Shrinker, as_test, interesting};
use quorate::sim::Progress;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So many schedules are tried where nothing is said.
const SCHEDULES: u64 = 20_000;
/// Work done between two looks at the clock.
const SLICE: u32 = 20_000;
/// How often something is said while the search goes on.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// No search is told to last longer: more is no number of seconds that a clock takes.
const SECONDS_MAX: f64 = 1e9;

/// What to look for, and how long.
#[derive(Args)]
#[command(after_help = "\
A schedule is known by its number: the same scenario, --seed and number give the same run on every
machine. Shard i of n (i from 0 to n - 1) tries the schedules i, i + n, i + 2n…: no two shards share
one, and all n together try each.

Examples:
  quorate find raft/leader-crash --flaw votes-without-log
  quorate find my.json --seconds 60 --out smallest.json --test smallest.rs
  quorate find my.json --schedules 100000 | jq .coverage
  sbatch --array=0-99 --wrap 'quorate find my.json --seconds 3600 --shard $SLURM_ARRAY_TASK_ID/100'
  parallel quorate find my.json --schedules 25000 --shard {}/4 ::: 0 1 2 3")]
pub(crate) struct Find {
    /// A file, `-` for standard input, the name of a scenario of the gallery, or a link.
    scenario: String,
    /// Ends after so many seconds; what is found by then is still made small, which takes up to some
    /// seconds more.
    #[arg(long, value_name = "N", value_parser = seconds)]
    seconds: Option<f64>,
    /// Ends after so many schedules of this shard (20,000 where no end is given).
    #[arg(long, value_name = "N")]
    schedules: Option<u64>,
    /// Tries only this part of all schedules: i/n, i from 0 to n - 1.
    #[arg(long, value_name = "I/N", value_parser = shard, default_value = "0/1")]
    shard: (u64, u64),
    /// Where the chance of all schedules comes from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Switches a flaw of the protocol on.
    #[arg(long, value_name = "ID")]
    flaw: Vec<String>,
    /// Goes on until this property breaks, whatever else does.
    #[arg(long, value_name = "ID")]
    property: Option<String>,
    /// Looks only for what the protocol promises not to happen.
    #[arg(long, conflicts_with = "property")]
    promised: bool,
    /// Leaves what was found as it is.
    #[arg(long)]
    no_shrink: bool,
    /// Writes the scenario that was found to a file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Writes what was found as a Rust test to a file.
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|seconds| (0.0..=SECONDS_MAX).contains(seconds));
    number.ok_or_else(|| format!("a number of seconds from 0 to {SECONDS_MAX}"))
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    let there = parts.filter(|(index, of)| Shard::new(*index, *of).is_some());
    there.ok_or_else(|| "i/n, i from 0 to n - 1, n up to 4294967296, such as 0/4".into())
}

/// What was found, in the form in which it is told.
struct Told {
    found: Found,
    interesting: u32,
}

impl Find {
    /// Searches, and tells in one object what came of it.
    pub(crate) fn execute(self, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
        let (mut scenario, _) = source::scenario(&self.scenario, lang)?;
        for flaw in &self.flaw {
            let known: Vec<&'static str> = scenario.spec().flaws.iter().map(|flaw| flaw.id).collect();
            scenario.settings.set_flaw(known_name("--flaw", flaw, &known, lang)?, true);
        }
        let words = scenario.entry.words().into_iter();
        let always = words.filter(|(kind, _)| *kind == PropertyKind::Always);
        let known: Vec<&'static str> = always.map(|(_, word)| word.id).collect();
        let property = self.property.as_deref();
        let property = property.map(|name| known_name("--property", name, &known, lang)).transpose()?;
        let no_end = self.seconds.is_none() && self.schedules.is_none();
        let options = Options {
            seed: self.seed,
            shard: Shard::new(self.shard.0, self.shard.1).unwrap_or(Shard::WHOLE),
            schedules: self.schedules.or(no_end.then_some(SCHEDULES)),
            property,
            promised_only: self.promised,
        };
        let begun = Instant::now();
        let mut finder = Finder::new(&scenario, options);
        self.search(&mut finder, begun, lang);
        let spent = begun.elapsed().as_secs_f64();
        let told = finder.found().map(|found| self.told(found));
        if let Some(told) = &told {
            let document = scenario::to_json_pretty(&told.found.scenario);
            write_file(self.out.as_deref(), || document.clone())?;
            write_file(self.test.as_deref(), || as_test(&told.found.scenario))?;
        }
        let object = json!({
            "tried": finder.tried(),
            "seconds": (spent * 1e3).round() / 1e3,
            "per_second": (finder.tried() as f64 / spent.max(1e-6)).round(),
            "seed": self.seed,
            "shard": format!("{}/{}", self.shard.0, self.shard.1),
            "coverage": coverage(finder.coverage()),
            "found": told.as_ref().map(|told| object(told, lang)),
        });
        // The exit code is wanted even where the words are not.
        unless_gone(writeln!(out, "{object}"))?;
        Ok(if told.is_some() { BROKEN } else { 0 })
    }

    fn search(&self, finder: &mut Finder, begun: Instant, lang: Lang) {
        let mut said = begun;
        while finder.advance(SLICE) == Search::Running {
            if self.seconds.is_some_and(|most| begun.elapsed().as_secs_f64() >= most) {
                return;
            }
            if said.elapsed() >= SAY_EVERY {
                said = Instant::now();
                say(finder, begun.elapsed(), lang);
            }
        }
    }

    /// The found as it is, or made small.
    fn told(&self, found: &Found) -> Told {
        if !self.no_shrink {
            let mut shrinker = Shrinker::new(found);
            while !shrinker.advance(SLICE) {}
            if let Some(small) = shrinker.shrunk() {
                let found =
                    Found { scenario: small.scenario, violation: small.violation, schedule: found.schedule };
                return Told { found, interesting: small.interesting };
            }
        }
        let found = found.retold();
        let mut run = found.scenario.run();
        while run.advance(SLICE) == Progress::Running {}
        Told { interesting: interesting(&*run, found.violation.event), found }
    }
}

/// The name in a list that a word is.
fn known_name(option: &str, word: &str, known: &[&'static str], lang: Lang) -> Result<&'static str, Failure> {
    known.iter().copied().find(|name| *name == word).ok_or_else(|| {
        let names = known.join(", ");
        Failure::Input(match lang {
            Lang::En => format!("{option} should be one of {names}, not {word}."),
            Lang::Zh => format!("{option} 应为 {names} 之一，而不是 {word}。"),
        })
    })
}

/// A line on standard error; where that is closed, the search goes on.
fn say(finder: &Finder, spent: Duration, lang: Lang) {
    let (tried, coverage) = (finder.tried(), finder.coverage());
    let rate = tried as f64 / spent.as_secs_f64().max(1e-6);
    let (fired, rules) = (coverage.fired(), coverage.rules());
    let _ = match lang {
        Lang::En => {
            writeln!(io::stderr(), "{tried} tried, {rate:.0} a second, {fired} of {rules} rules fired")
        }
        Lang::Zh => {
            writeln!(
                io::stderr(),
                "已尝试 {tried} 个调度，每秒 {rate:.0} 个，{rules} 条规则中触发过 {fired} 条"
            )
        }
    };
}

fn write_file(path: Option<&Path>, text: impl FnOnce() -> String) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    fs::write(path, text()).map_err(|error| Failure::Input(format!("{}: {error}.", path.display())))
}

fn coverage(coverage: &Coverage) -> Value {
    let never: Vec<&str> = coverage.never().map(|rule| rule.name).collect();
    json!({ "rules": coverage.rules(), "fired": coverage.fired(), "never": never })
}

fn names(set: NodeSet) -> Vec<String> {
    set.iter().map(|node| node.to_string()).collect()
}

fn object(told: &Told, lang: Lang) -> Value {
    let Told { found: Found { schedule, scenario, violation }, interesting } = told;
    json!({
        "schedule": schedule,
        "property": violation.property.id,
        "at": violation.at.as_ms(),
        "sentence": violation.witness.sentence(lang),
        "nodes": names(violation.witness.nodes),
        "quorums": violation.witness.quorums.map(|(one, other)| [names(one), names(other)]),
        "interesting": interesting,
        "link": scenario::to_link(scenario, None),
        "scenario": document(scenario),
    })
}

fn document(scenario: &Scenario) -> Value {
    serde_json::from_str(&scenario::to_json(scenario)).unwrap_or_default()
}

//! `quorate`: run, verify and share scenarios, and question quorums, from a shell or a CI job.
//!
//! Every subcommand is a thin skin over a function of the library: what it prints is what that
//! function gives.
#![cfg(not(target_arch = "wasm32"))]

mod check;
mod compare;
mod explore;
mod find;
mod line;
mod quorum;
mod source;

use clap::{Parser, Subcommand, ValueEnum};
use quorate::model::{Lang, Span, Time};
use quorate::scenario::{self, DURATION_LEAST, DURATION_MAX, Refusal};
use quorate::sim::Progress;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Run, verify and share scenarios of consensus protocols, and question quorums.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Exit codes:
  0  all went well
  1  a claim or a property is broken, a history is not linearizable, or a search has found a failure
  2  an argument, a file, a link or a line of input is not what it should be
  3  the output could not be written
  4  a search ran out of the memory that it may take

Examples:
  quorate run raft/first-election | head
  quorate run my.json --seed 7 --until 900 --json
  quorate verify                       every claim of the gallery
  quorate verify scenarios/*.json
  quorate check etcd_001.log           is this history linearizable?
  quorate find my.json --seconds 60    look for a schedule that breaks it
  quorate compare my.json --protocols raft,paxos
  quorate link my.json --base https://example.org/quorate/
  quorate unlink 'https://example.org/quorate/#s=1.…' > my.json
  echo '{\"threshold\": {\"n\": 5, \"r\": 3, \"w\": 3}}' | quorate quorum
  quorate explore paxos --constants acceptors=3,values=2,ballots=2
  quorate schema > scenario.schema.json"
)]
struct Cli {
    /// The language of what is said to people.
    #[arg(long, global = true, value_enum, default_value = "en")]
    lang: Language,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a scenario and prints its trace, one line an event.
    ///
    /// The lines are those of the page's event list and of the golden tests, whatever the language.
    Run {
        /// A file, `-` for standard input, the name of a scenario of the gallery, or a link.
        scenario: String,
        /// One JSON object a line instead.
        #[arg(long)]
        json: bool,
        /// Another seed than the scenario's.
        #[arg(long)]
        seed: Option<u64>,
        /// Another end than the scenario's, in ms.
        #[arg(long, value_name = "MS", allow_negative_numbers = true)]
        until: Option<f64>,
    },
    /// Replays scenarios and holds their claims against what happens.
    ///
    /// One line a broken claim, and one line a scenario that keeps all of them. Exit code 1 where a
    /// claim is broken.
    Verify {
        /// Files, `-`, names or links; none: the whole gallery.
        scenarios: Vec<String>,
    },
    /// Answers questions about quorums, one JSON object a line.
    ///
    /// A line is {"threshold": {"n": 5, "r": 3, "w": 3}} or {"weighted": {"votes": [2, 1, 1], "r": 2,
    /// "w": 3}}, or an object with one of these under "spec" and, if you like, an "id" and the names
    /// of the "nodes". A line that is not is told on standard error, and the others are answered.
    Quorum {
        /// Files, or `-`; none: standard input.
        files: Vec<PathBuf>,
    },
    /// Visits every state that a specification, or a protocol in a bounded environment, can reach.
    ///
    /// Prints one JSON object: distinct states, states generated, depth, states a second, what became of
    /// each property, and the shortest run that breaks one, step by step. Exit code 1 where one is
    /// broken, 4 where the memory does not suffice.
    #[command(after_help = explore::help())]
    Explore(explore::Arguments),
    /// Holds histories of clients, of this or any other system, against what they are histories of.
    ///
    /// One JSON object a file: the verdict, and where a history is not linearizable, the operations
    /// that cannot be ordered and a sentence that says why.
    Check(check::Histories),
    /// Searches for a schedule around a scenario that breaks a property, and makes it small.
    ///
    /// Prints one JSON object: how many schedules were tried, how many a second, which rules fired
    /// (and which never did), and what was found, or null. Exit code 1 where something was found.
    Find(find::Find),
    /// Runs a scenario's conditions under several protocols and holds them against each other.
    ///
    /// One line a protocol: what became of the requests, what it took in time, messages and bytes, and
    /// a ! where a property broke.
    Compare(compare::Compare),
    /// Prints the link that opens a scenario: the part of an address from its # on.
    Link {
        /// A file, `-`, the name of a scenario of the gallery, or a link.
        scenario: String,
        /// Where the playhead is to stand, in ms.
        #[arg(long, value_name = "MS", allow_negative_numbers = true)]
        at: Option<f64>,
        /// The address to put before the #.
        #[arg(long, default_value = "", hide_default_value = true)]
        base: String,
    },
    /// Prints the document that a link, or any other source of a scenario, holds.
    Unlink {
        /// An address, or the part of one from its # on.
        link: String,
    },
    /// Prints the JSON Schema of scenario documents.
    Schema,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    /// English.
    En,
    /// 中文.
    Zh,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
        }
    }
}

/// Why a command did not do what it was to.
#[derive(Debug)]
enum Failure {
    /// Something that was handed in is not what it should be.
    Input(String),
    /// The output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// A source that was refused.
    fn refused(source: &str, refusal: &Refusal, lang: Lang) -> Self {
        Self::Input(format!("{source}: {}", refusal.sentence(lang)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(text) => f.write_str(text),
            Self::Output(error) => write!(f, "{error}"),
        }
    }
}

/// A claim is broken, or a search has found a failure.
const BROKEN: u8 = 1;
/// Something handed in is not what it should be; `clap` ends with it too.
const BAD_INPUT: u8 = 2;
/// The output could not be written.
const BAD_OUTPUT: u8 = 3;
/// A search ran out of the memory that it may take.
const OUT_OF_MEMORY: u8 = 4;
/// Events computed at a time.
const SLICE: u32 = 10_000;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    let done = cli.command.execute(cli.lang.into(), &mut out);
    let done = done.and_then(|code| unless_gone(out.flush()).map(|()| code));
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever reads has seen enough, and nothing is left to find out: `| head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(match failure {
                Failure::Input(_) => BAD_INPUT,
                Failure::Output(_) => BAD_OUTPUT,
            })
        }
    }
}

/// What was written, where it does not matter that whoever reads has seen enough.
fn unless_gone(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A line on standard error; where that is closed too, there is nobody left to tell.
fn complain(what: &dyn fmt::Display) {
    let _ = writeln!(io::stderr(), "quorate: {what}");
}

impl Command {
    fn execute(self, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
        match self {
            Self::Run { scenario, json, seed, until } => run(&scenario, json, seed, until, lang, out),
            Self::Verify { scenarios } => verify(&scenarios, lang, out),
            Self::Quorum { files } => quorum::answer(&files, out),
            Self::Explore(arguments) => explore::explore(&arguments, lang, out),
            Self::Check(histories) => check::histories(&histories, lang, out),
            Self::Find(search) => search.execute(lang, out),
            Self::Compare(comparison) => comparison.execute(lang, out),
            Self::Link { scenario, at, base } => {
                let (scenario, named) = source::scenario(&scenario, lang)?;
                let at = at.map(|ms| span("--at", ms, Span(0), lang)).transpose()?.map(|at| Time(at.0));
                let link = scenario::to_link(&scenario, at.or(named));
                writeln!(out, "{}{link}", base.split('#').next().unwrap_or_default())?;
                Ok(0)
            }
            Self::Unlink { link } => {
                let (scenario, _) = source::scenario(&link, lang)?;
                out.write_all(scenario::to_json_pretty(&scenario).as_bytes())?;
                Ok(0)
            }
            Self::Schema => {
                out.write_all(scenario::schema().as_bytes())?;
                Ok(0)
            }
        }
    }
}

/// A length of time from the command line.
fn span(option: &str, ms: f64, least: Span, lang: Lang) -> Result<Span, Failure> {
    if (least.as_ms()..=DURATION_MAX.as_ms()).contains(&ms) {
        return Ok(Span((ms * 1e3).round() as u64));
    }
    let (least, most) = (least.as_ms(), DURATION_MAX.as_ms());
    Err(Failure::Input(match lang {
        Lang::En => format!("{option} should be a time from {least} to {most} ms, not {ms}."),
        Lang::Zh => format!("{option} 应为 {least} 到 {most} 毫秒的时间，而不是 {ms}。"),
    }))
}

fn run(
    name: &str,
    json: bool,
    seed: Option<u64>,
    until: Option<f64>,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let (mut scenario, _) = source::scenario(name, lang)?;
    scenario.seed = seed.unwrap_or(scenario.seed);
    if let Some(until) = until {
        scenario.duration = span("--until", until, DURATION_LEAST, lang)?;
    }
    let mut run = scenario.run();
    let progress = loop {
        match run.advance(SLICE) {
            Progress::Running => {}
            stopped @ (Progress::Done | Progress::TooLong) => break stopped,
        }
    };
    let (trace, spec) = (run.trace(), scenario.spec());
    if json {
        for event in 1..=trace.events() {
            for record in trace.event(event) {
                writeln!(out, "{}", line::json(trace, event, record, spec, lang))?;
            }
        }
    } else {
        for record in trace.records() {
            writeln!(out, "{}", trace.line(record, spec))?;
        }
    }
    if progress == Progress::TooLong {
        out.flush()?;
        let at = run.computed();
        return Err(Failure::Input(match lang {
            Lang::En => format!(
                "{name}: the run has more events than are kept and stops at {at} ms; --until ends it earlier."
            ),
            Lang::Zh => format!("{name}：事件超出上限，运行停在 {at} 毫秒；可用 --until 提前结束。"),
        }));
    }
    Ok(0)
}

fn verify(names: &[String], lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let gallery: Vec<String>;
    let names = if names.is_empty() {
        gallery = scenario::gallery().iter().map(|(id, _)| (*id).to_owned()).collect();
        &gallery
    } else {
        names
    };
    let mut code = 0;
    for name in names {
        let scenario = match source::scenario(name, lang) {
            Ok((scenario, _)) => scenario,
            Err(failure) => {
                complain(&failure);
                code = BAD_INPUT;
                continue;
            }
        };
        let kept = scenario::replay(&scenario);
        for broken in kept.iter().filter(|kept| !kept.ok) {
            code = code.max(BROKEN);
            let (text, reason) = (broken.text.get(lang), broken.reason.get(lang));
            let (label, dash) = match lang {
                Lang::En => ("broken", " — "),
                Lang::Zh => ("未兑现", "——"),
            };
            // The exit code is wanted even where the words are not.
            unless_gone(writeln!(out, "{label} {name}: {text}{dash}{reason}"))?;
        }
        if kept.iter().all(|kept| kept.ok) {
            let count = kept.len();
            unless_gone(match lang {
                Lang::En => writeln!(out, "ok {name}: {count} claim{}", if count == 1 { "" } else { "s" }),
                Lang::Zh => writeln!(out, "通过 {name}：{count} 条断言"),
            })?;
        }
    }
    Ok(code)
}

//! Exhaustive searches from the command line.

use crate::{BROKEN, Failure, OUT_OF_MEMORY, source};
use clap::Args;
use quorate::explore::{
    Bounds, Constants, Expect, Explorer, Limits, MODELS, Model, Progress, Refusal, model,
};
use quorate::model::Lang;
use quorate::{scenario, search};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::time::Instant;

/// Budgets where nothing is said.
const USUAL: Bounds = Bounds::USUAL;
/// Successors computed at a time.
const SLICE: u64 = 1 << 16;

/// What `quorate explore` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A specification by name; or a protocol, as a scenario sets it up: a file, `-`, the name of a
    /// scenario of the gallery, or a link.
    model: String,
    /// Constants of a specification: name=value, with commas between.
    #[arg(long, default_value = "", hide_default_value = true)]
    constants: String,
    /// A quorum system of a specification as sets, `{{a1,a2},{a3,a4}}` or `q1={{a1},{a2}}`; may be
    /// repeated.
    #[arg(long)]
    quorums: Vec<String>,
    /// Of a protocol: messages that are lost.
    #[arg(long, default_value_t = USUAL.losses)]
    losses: u8,
    /// Of a protocol: messages that arrive twice.
    #[arg(long, default_value_t = USUAL.duplicates)]
    duplicates: u8,
    /// Of a protocol: crashes.
    #[arg(long, default_value_t = USUAL.crashes)]
    crashes: u8,
    /// Of a protocol: timers that run out.
    #[arg(long, default_value_t = USUAL.timeouts)]
    timeouts: u8,
    /// Of a protocol: requests of clients.
    #[arg(long, default_value_t = USUAL.requests)]
    requests: u8,
    /// Of a protocol: requests to read, after those. With any, it is watched whether what clients are told
    /// is linearizable.
    #[arg(long, default_value_t = USUAL.reads)]
    reads: u8,
    /// Of a protocol: messages in flight at once.
    #[arg(long, default_value_t = USUAL.in_flight)]
    in_flight: u8,
    /// Take states that differ only by names for one.
    #[arg(long)]
    symmetry: bool,
    /// Go on after a violation, and count every state.
    #[arg(long)]
    all: bool,
    /// How much memory it may take, in MiB.
    #[arg(long, value_name = "MB", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    memory: u32,
}

/// The specifications and their constants, in words.
pub(crate) fn help() -> String {
    let mut text = String::from("Specifications, their constants with defaults, and their quorum systems:\n");
    for model in MODELS {
        let _ = write!(text, "\n  {} — {}\n", model.id, model.summary.en);
        for constant in model.constants {
            let (least, most, default) = (constant.least, constant.most, constant.default);
            let name = format!("{}={default}", constant.id);
            let _ = writeln!(text, "      {name:<14} {}, {least} to {most}", constant.help.en);
        }
        if let Some(first) = model.quorums.first() {
            let systems = model.quorums.join(", ");
            let _ = writeln!(
                text,
                "      quorum systems: {systems}; {first}=2 is a threshold, weights=2:1:1 are votes"
            );
        }
        if let Some(symmetry) = model.symmetry {
            let _ = writeln!(text, "      --symmetry: {}", symmetry.en);
        }
    }
    text
}

/// Explores what is asked for, and prints what was found.
pub(crate) fn explore(arguments: &Arguments, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let limits = Limits {
        memory: usize::try_from(u64::from(arguments.memory) << 20).unwrap_or(usize::MAX),
        symmetry: arguments.symmetry,
        go_on: arguments.all,
    };
    let mut told = Map::new();
    let mut explorer = match model(&arguments.model) {
        Some(model) => specification(model, arguments, limits, lang, &mut told)?,
        None => return protocol(arguments, limits, lang, told, out),
    };
    run(&mut explorer, &mut told);
    tell(&mut explorer, lang, &mut told);
    finish(&explorer, told, out)
}

fn specification(
    model: &Model,
    arguments: &Arguments,
    limits: Limits,
    lang: Lang,
    told: &mut Map<String, Value>,
) -> Result<Explorer, Failure> {
    let refused = |refusal: Refusal| Failure::Input(refusal.sentence(lang));
    let quorums: Vec<&str> = arguments.quorums.iter().map(String::as_str).collect();
    let constants = Constants::read(model, &arguments.constants, &quorums).map_err(refused)?;
    told.insert("model".into(), model.id.into());
    let numbers = constants.numbers().iter().map(|(id, number)| ((*id).into(), (*number).into()));
    told.insert("constants".into(), Value::Object(numbers.collect()));
    if !model.quorums.is_empty() {
        let systems = model.quorums.iter().enumerate();
        let systems = systems.map(|(place, id)| ((*id).into(), constants.quorums(place).to_string().into()));
        told.insert("quorums".into(), Value::Object(systems.collect()));
    }
    let system = model.build(&constants).map_err(refused)?;
    let explorer = Explorer::begin(system, limits).map_err(refused)?;
    told.insert("symmetry".into(), explorer.symmetry().into());
    Ok(explorer)
}

/// A protocol, set up as a scenario says.
fn protocol(
    arguments: &Arguments,
    limits: Limits,
    lang: Lang,
    mut told: Map<String, Value>,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let Arguments { losses, duplicates, crashes, timeouts, requests, reads, in_flight, .. } = *arguments;
    let name = &arguments.model;
    if !arguments.constants.is_empty() || !arguments.quorums.is_empty() || arguments.symmetry {
        // Only a specification has these.
        return Err(Failure::Input(Refusal::Model { name: name.clone() }.sentence(lang)));
    }
    let (scenario, _) = source::scenario(name, lang).map_err(|failure| match failure {
        Failure::Input(text) => {
            let models = Refusal::Model { name: name.clone() }.sentence(lang);
            Failure::Input(format!("{text} {models}"))
        }
        Failure::Output(error) => Failure::Output(error),
    })?;
    let bounds = Bounds { losses, duplicates, crashes, timeouts, requests, reads, in_flight };
    told.insert("protocol".into(), scenario.spec().id.into());
    told.insert(
        "bounds".into(),
        json!({
            "losses": losses,
            "duplicates": duplicates,
            "crashes": crashes,
            "timeouts": timeouts,
            "requests": requests,
            "reads": reads,
            "in_flight": in_flight,
        }),
    );
    let mut explorer = search::explorer(&scenario, bounds, limits);
    run(&mut explorer, &mut told);
    tell(&mut explorer, lang, &mut told);
    match search::shortest(&mut explorer, &scenario) {
        Some(Ok(made)) => {
            let document = serde_json::from_str(&scenario::to_json(&made)).unwrap_or(Value::Null);
            told.insert("scenario".into(), document);
            told.insert("link".into(), scenario::to_link(&made, None).into());
        }
        Some(Err(odd)) => {
            told.insert("scenario".into(), Value::Null);
            told.insert("odd".into(), odd.sentence(lang).into());
        }
        None => {}
    }
    finish(&explorer, told, out)
}

fn finish(explorer: &Explorer, told: Map<String, Value>, out: &mut impl Write) -> Result<u8, Failure> {
    writeln!(out, "{}", Value::Object(told))?;
    Ok(match (explorer.violation(), explorer.progress()) {
        (Some(_), _) => BROKEN,
        (None, Progress::OutOfMemory) => OUT_OF_MEMORY,
        (None, Progress::Running | Progress::Complete | Progress::Bounded | Progress::Violated) => 0,
    })
}

/// Goes on to the end, and tells how fast.
fn run(explorer: &mut Explorer, told: &mut Map<String, Value>) {
    let start = Instant::now();
    while explorer.advance(SLICE) == Progress::Running {}
    let seconds = start.elapsed().as_secs_f64();
    let rate = explorer.counts().distinct as f64 / seconds.max(1e-9);
    told.insert("seconds".into(), json!((seconds * 1e3).round() / 1e3));
    told.insert("states_per_second".into(), json!(rate.round()));
}

/// What was found.
fn tell(explorer: &mut Explorer, lang: Lang, told: &mut Map<String, Value>) {
    let counts = explorer.counts();
    told.insert("distinct".into(), counts.distinct.into());
    told.insert("generated".into(), counts.generated.into());
    told.insert("depth".into(), counts.depth.into());
    told.insert("bytes".into(), explorer.bytes().into());
    told.insert("outside".into(), counts.outside.into());
    let (result, all) = match explorer.progress() {
        Progress::Complete => ("complete", true),
        Progress::Bounded => ("bounded", false),
        Progress::OutOfMemory => ("out-of-memory", false),
        Progress::Running | Progress::Violated => ("violated", false),
    };
    told.insert("result".into(), result.into());
    told.insert("message".into(), explorer.sentence(lang).into());
    let properties = explorer.properties().iter().enumerate().map(|(place, property)| {
        let seen = explorer.found().iter().any(|found| found.property == place);
        // Where states or successors are left, what was not seen may still come.
        let (expect, holds) = match property.expect {
            Expect::Always => ("always", if seen { Some(false) } else { all.then_some(true) }),
            Expect::Sometimes => ("sometimes", if seen { Some(true) } else { all.then_some(false) }),
        };
        json!({
            "id": property.word.id,
            "name": property.word.name.get(lang),
            "statement": property.word.statement.get(lang),
            "expect": expect,
            "holds": holds,
        })
    });
    told.insert("properties".into(), properties.collect());
    let Some(found) = explorer.violation() else { return };
    let property = explorer.properties()[found.property].word.id;
    let path = explorer.path(found.state);
    let steps: Vec<Value> = path
        .iter()
        .map(|step| {
            let action = step.action.map(|action| explorer.action(action, lang));
            json!({ "action": action, "state": explorer.show(&step.state, lang) })
        })
        .collect();
    let length = path.len();
    told.insert(
        "violation".into(),
        json!({
            "property": property,
            "states": length,
            "steps": length.saturating_sub(1),
            "run": steps,
        }),
    );
}

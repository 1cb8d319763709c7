//! What the tasks need beside this repository, each with how it is found and how it is got.

use std::time::Instant;

use crate::process::{Failure, Outcome, spoken};
use crate::project::Project;
use crate::{browser, check, tools, wasm_target};

/// A program or library that a task cannot do without.
pub struct Need {
    /// What it is called in messages.
    pub name: &'static str,
    /// How it is got and how long that usually takes.
    pub way: &'static str,
    /// Where it is and which version, if it is there; quick, since every run asks.
    pub found: fn(&Project) -> Option<String>,
    /// Gets it, or says in one sentence what a person has to do.
    pub get: fn(&Project) -> Outcome,
}

/// Everything, in the order in which one thing needs another.
const ALL: [&Need; 8] = [
    &wasm_target::WASM_TARGET,
    &tools::WASM_BINDGEN,
    &tools::TRUNK,
    &browser::NODE,
    &tools::WASM_OPT,
    &check::FMT_AND_CLIPPY,
    &browser::NODE_PACKAGES,
    &browser::CHROMIUM,
];

/// Gets those of `needs` that are missing.
pub fn ensure(project: &Project, needs: &[&Need]) -> Outcome {
    let outcome = needs.iter().try_for_each(|need| get_if_missing(project, need));
    tools::remove_build_folder(project);
    outcome
}

fn get_if_missing(project: &Project, need: &Need) -> Outcome {
    if (need.found)(project).is_some() {
        return Ok(());
    }
    println!("Missing: {}. To get it: {}.", need.name, need.way);
    let start = Instant::now();
    (need.get)(project)?;
    match (need.found)(project) {
        Some(place) => {
            let time = spoken(start.elapsed());
            println!("Now there: {}, {place} ({time}).\n", need.name);
            Ok(())
        }
        None => Err(Failure::new(format!(
            "{} was installed but still cannot be found; `cargo xtask doctor` shows what can.",
            need.name
        ))),
    }
}

/// Prints what is there, what is missing, and how the missing would be got.
pub fn doctor(project: &Project) {
    let mut missing = 0;
    for need in ALL {
        match (need.found)(project) {
            Some(place) => println!("there    {:22} {place}", need.name),
            None => {
                missing += 1;
                println!("missing  {:22} to get it: {}", need.name, need.way);
            }
        }
    }
    match missing {
        0 => println!("\nNothing is missing."),
        _ => println!("\n`cargo xtask serve` and `cargo xtask test` get what they need of this."),
    }
}

//! Quorate's tasks, run as `cargo xtask TASK`.
//!
//! Every task gets what it is missing (see [`needs`]) into the repository's ignored `.tools/`
//! folder, says so while it does, and installs nothing that is there already.

mod arguments;
mod browser;
mod check;
mod debian;
mod machine;
mod needs;
mod optimise;
mod page;
mod process;
mod project;
mod tools;
mod wasm_target;

use std::process::ExitCode;

use arguments::Task;
use process::Outcome;
use project::Project;

fn main() -> ExitCode {
    let task = match arguments::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(failure) => {
            eprintln!("{failure}\n\n{}", arguments::HELP);
            return ExitCode::from(2);
        }
    };
    match perform(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Outcome {
    let project = Project::find()?;
    match task {
        Task::Serve { port, open } => page::serve(&project, port, open),
        Task::Build => page::build(&project),
        Task::Test { steps } => check::test(&project, &steps),
        Task::Bench => check::bench(&project),
        Task::Optimise => optimise::staged(&project),
        Task::Doctor => {
            needs::doctor(&project);
            Ok(())
        }
        Task::Help => {
            println!("{}", arguments::HELP);
            Ok(())
        }
    }
}

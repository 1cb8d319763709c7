//! What can be asked for on the command line.

use crate::process::{Failure, Outcome};

/// The port that `serve` takes unless told otherwise.
pub const DEFAULT_PORT: u16 = 8080;

/// Shown by `cargo xtask help`, and below a message about a wrong argument.
pub const HELP: &str = "\
cargo xtask serve [--port PORT] [--open]  the playground on http://127.0.0.1:8080, rebuilt on change
cargo xtask test [STEP…]                  every check, native and in a browser; or only some of
                                          fmt clippy doc native wasm page browser
cargo xtask build                         the page as plain files in dist/
cargo xtask bench                         the benchmarks, native and in a browser
cargo xtask doctor                        what is there, what is missing, how it would be got";

/// One task with its options.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Build the page, serve it, and rebuild it when a file changes.
    Serve {
        /// The port on 127.0.0.1.
        port: u16,
        /// Whether to open the browser once the page is there.
        open: bool,
    },
    /// Build the page into `dist/`.
    Build,
    /// Run all checks, or the named ones.
    Test {
        /// Names from the command line; empty for all.
        steps: Vec<String>,
    },
    /// Run the benchmarks.
    Bench,
    /// Optimise what Trunk has built; for Trunk, not for people.
    Optimise,
    /// Say what is there and what is missing.
    Doctor,
    /// Show the help text.
    Help,
}

/// Reads the arguments that follow `cargo xtask`.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Outcome<Task> {
    let mut arguments = arguments.into_iter();
    let Some(name) = arguments.next() else {
        return Ok(Task::Help);
    };
    match name.as_str() {
        "serve" => serve(arguments),
        "test" => Ok(Task::Test { steps: arguments.collect() }),
        "build" => alone(Task::Build, arguments),
        "bench" => alone(Task::Bench, arguments),
        "optimise" => alone(Task::Optimise, arguments),
        "doctor" => alone(Task::Doctor, arguments),
        "help" | "--help" | "-h" => Ok(Task::Help),
        _ => Err(Failure::new(format!("There is no task `{name}`."))),
    }
}

fn serve(mut arguments: impl Iterator<Item = String>) -> Outcome<Task> {
    let mut port = DEFAULT_PORT;
    let mut open = false;
    while let Some(argument) = arguments.next() {
        if argument == "--open" {
            open = true;
        } else if argument == "--port" {
            port = read_port(&arguments.next().unwrap_or_default())?;
        } else if let Some(value) = argument.strip_prefix("--port=") {
            port = read_port(value)?;
        } else {
            return Err(unknown(&argument));
        }
    }
    Ok(Task::Serve { port, open })
}

fn read_port(text: &str) -> Outcome<u16> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        Ok(_) | Err(_) => {
            Err(Failure::new(format!("`--port` takes a number from 1 to 65535, not `{text}`.")))
        }
    }
}

fn alone(task: Task, mut arguments: impl Iterator<Item = String>) -> Outcome<Task> {
    match arguments.next() {
        None => Ok(task),
        Some(argument) => Err(unknown(&argument)),
    }
}

fn unknown(argument: &str) -> Failure {
    Failure::new(format!("`{argument}` means nothing here."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task, String> {
        parse(line.split_whitespace().map(str::to_owned)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn serve_has_a_port_and_a_switch() {
        let serve = |port, open| Ok(Task::Serve { port, open });
        assert_eq!(read("serve"), serve(DEFAULT_PORT, false));
        assert_eq!(read("serve --port 9000 --open"), serve(9000, true));
        assert_eq!(read("serve --port=9000"), serve(9000, false));
    }

    #[test]
    fn a_wrong_port_is_named() {
        for port in ["0", "70000", "http", ""] {
            let message = read(&format!("serve --port={port}")).expect_err("a wrong port");
            assert!(message.contains(&format!("`{port}`")), "{message}");
        }
        assert!(read("serve --port").is_err());
    }

    #[test]
    fn test_takes_step_names() {
        let steps = vec!["fmt".to_owned(), "native".to_owned()];
        assert_eq!(read("test fmt native"), Ok(Task::Test { steps }));
        assert_eq!(read("test"), Ok(Task::Test { steps: vec![] }));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(read("serv").is_err());
        assert!(read("build --port 1").is_err());
        assert!(read("serve --host x").is_err());
        assert_eq!(read(""), Ok(Task::Help));
    }
}

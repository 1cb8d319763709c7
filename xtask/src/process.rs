//! Running other programs, and saying what went wrong in one sentence.

use std::fmt;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Why a task cannot go on: a sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

/// What a part of a task comes to.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// For `map_err` on file operations: `what` is the sentence's start, such as "Cannot read X".
    pub fn io(what: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{what}: {error}."))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Shows the command, runs it to its end, and fails when it does.
pub fn run(command: &mut Command) -> Outcome {
    let line = line(command);
    println!("$ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{line}` failed ({status})."))),
        Err(error) => Err(Failure::new(format!("`{line}` did not start: {error}."))),
    }
}

/// What the command writes to its standard output, if it starts and succeeds.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// The command as it would be typed, with the variables set for it but for `PATH`.
pub fn line(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        let value = value?.to_string_lossy();
        (name != "PATH").then(|| format!("{}={}", name.to_string_lossy(), quoted(&value)))
    });
    let words = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| quoted(&word.to_string_lossy()));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains([' ', '"', '$', '*']) { format!("'{word}'") } else { word.to_owned() }
}

/// A duration the way a person says it: `0.4 s`, `12 s`, `3 min 08 s`.
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.1} s", duration.as_secs_f32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("cargo");
        command.args(["doc", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-D warnings").env("PATH", "/x");
        assert_eq!(line(&command), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn durations_are_spoken() {
        let spoken = |millis| spoken(Duration::from_millis(millis));
        assert_eq!(spoken(430), "0.4 s");
        assert_eq!(spoken(12_900), "12 s");
        assert_eq!(spoken(188_000), "3 min 08 s");
    }

    #[test]
    fn a_failed_command_is_named() {
        let failure = run(&mut Command::new("no-such-program")).expect_err("cannot start");
        assert!(failure.to_string().contains("`no-such-program` did not start"));
    }
}

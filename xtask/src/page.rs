//! Building and serving the page with Trunk.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use crate::arguments::DEFAULT_PORT;
use crate::needs::{self, Need};
use crate::process::{Failure, Outcome, line, run};
use crate::project::Project;
use crate::tools::{self, TRUNK, WASM_BINDGEN, WASM_OPT};
use crate::wasm_target::WASM_TARGET;

/// What it takes to build the page.
pub const PAGE: [&Need; 4] = [&WASM_TARGET, &WASM_BINDGEN, &TRUNK, &WASM_OPT];
/// What it takes to look at it.
const SERVE: [&Need; 3] = [&WASM_TARGET, &WASM_BINDGEN, &TRUNK];

/// Folders of the repository that the page is not made from.
const NOT_THE_PAGE: [&str; 7] = ["target", "dist", "tests", "benches", "xtask", "docs", "node_modules"];

/// Builds the page into `dist/`.
pub fn build(project: &Project) -> Outcome {
    needs::ensure(project, &PAGE)?;
    fetch_crates(project)?;
    run(trunk(project)?.arg("build"))?;
    println!("\nThe page is in dist/, to be copied anywhere below a web server:");
    list(project);
    Ok(())
}

/// Builds the page, serves it, and goes on until interrupted.
pub fn serve(project: &Project, port: u16, open: bool) -> Outcome {
    check_port_is_free(port)?;
    needs::ensure(project, &SERVE)?;
    if let Err(failure) = needs::ensure(project, &[&WASM_OPT]) {
        println!("{failure}\nGoing on without it: the page is larger and slower than it could be.");
    }
    fetch_crates(project)?;
    // Not `dist/`: what is served reloads itself, what is published must not.
    let folder = project.tools("serve");
    fs::create_dir_all(&folder).map_err(Failure::io("Cannot create .tools/serve"))?;
    let mut trunk = trunk(project)?;
    trunk.args(["serve", "--address", "127.0.0.1", "--port", &port.to_string()]);
    trunk.arg("--dist").arg(folder);
    for path in sources(project)? {
        trunk.arg("--watch").arg(path);
    }
    if open {
        trunk.arg("--open");
    }
    println!(
        "Building; then the page is at http://127.0.0.1:{port}, rebuilt on change, until Ctrl-C.\n\
         The first build takes 1 to 3 minutes, later ones less."
    );
    go_on_as(trunk)
}

/// Hands this process over to `command`, so that stopping one stops both.
#[cfg(unix)]
fn go_on_as(mut command: Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::new(format!("`{}` did not start: {error}.", line(&command))))
}

#[cfg(not(unix))]
fn go_on_as(mut command: Command) -> Outcome {
    run(&mut command)
}

/// Trunk runs cargo offline, so all crates have to be there before it starts.
fn fetch_crates(project: &Project) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.args(["fetch", "--locked"]).current_dir(project.path(""));
    let shown = line(&cargo);
    match cargo.arg("--quiet").status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) | Err(_) => Err(Failure::new(format!("`{shown}` failed: the page's crates could not be got."))),
    }
}

fn trunk(project: &Project) -> Outcome<Command> {
    let program = tools::trunk(project).ok_or_else(|| Failure::new("Trunk has gone."))?;
    let mut trunk = Command::new(program);
    trunk.current_dir(project.path("")).env("PATH", tools::path(project));
    trunk.env("TRUNK_SKIP_VERSION_CHECK", "true");
    Ok(trunk)
}

/// The folders and files at the root whose change means a new page.
fn sources(project: &Project) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(project.path("")).map_err(Failure::io("Cannot read the root"))?;
    let mut paths: Vec<_> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && !name.ends_with(".md") && !NOT_THE_PAGE.contains(&&*name)
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    Ok(paths)
}

fn list(project: &Project) {
    let files = fs::read_dir(project.path("dist")).ok().into_iter().flatten().flatten();
    let mut rows: Vec<_> = files
        .filter_map(|file| {
            let size = file.metadata().ok().filter(fs::Metadata::is_file)?.len();
            Some(format!("{:>7} KB  {}", size.div_ceil(1000), file.file_name().display()))
        })
        .collect();
    rows.sort();
    println!("{}", rows.join("\n"));
}

fn check_port_is_free(port: u16) -> Outcome {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Failure::new(busy(port))),
        Err(error) => Err(Failure::new(format!(
            "Port {port} cannot be used ({error}): choose another one with `--port`."
        ))),
    }
}

fn busy(port: u16) -> String {
    let other = if port == DEFAULT_PORT { DEFAULT_PORT + 1 } else { DEFAULT_PORT };
    format!(
        "Port {port} is busy: another program listens on it. Choose another one, such as \
         `cargo xtask serve --port {other}`."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_named_with_another_one() {
        let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = socket.local_addr().expect("an address").port();
        let message = check_port_is_free(port).expect_err("it is taken").to_string();
        assert!(message.starts_with(&format!("Port {port} is busy")), "{message}");
        assert!(message.contains("--port 8080"), "{message}");
        assert!(busy(DEFAULT_PORT).contains("--port 8081"));
    }
}

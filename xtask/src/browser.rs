//! What the browser tests run on: Node, the packages of `tests/browser`, and Chromium.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::debian;
use crate::machine::{self, NPM, NPX};
use crate::needs::Need;
use crate::process::{Failure, Outcome, output, run};
use crate::project::Project;

/// The oldest Node that Playwright runs on.
const NODE_OLDEST: u32 = 20;

/// Runs the browser tests, the wasm tests, and wasm-opt when it comes from npm.
pub const NODE: Need = Need {
    name: "Node and npm",
    way: "by hand: Node 20 or newer, from your system's packages or nodejs.org",
    found: |_| {
        let version = output(Command::new("node").arg("--version"))?;
        let new_enough = machine::major(&version)? >= NODE_OLDEST;
        let npm = !machine::on_path(NPM.trim_end_matches(".cmd")).is_empty();
        (new_enough && npm).then(|| version.trim().to_owned())
    },
    get: |_| {
        Err(Failure::new(
            "Install Node 20 or newer with npm (your system's packages or nodejs.org), then run \
             this again.",
        ))
    },
};

/// Playwright and axe, as `tests/browser/package-lock.json` fixes them.
pub const NODE_PACKAGES: Need = Need {
    name: "test packages",
    way: "npm (a few seconds)",
    found: |project| {
        let changed = |inside: &str| modified(&folder(project).join(inside));
        let installed = changed("node_modules/.package-lock.json")?;
        let wanted = changed("package-lock.json")?;
        let place = project.shown(&folder(project).join("node_modules"));
        (installed >= wanted).then_some(place)
    },
    get: |project| {
        let mut npm = Command::new(NPM);
        run(npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder(project)))
    },
};

/// The browser.
pub const CHROMIUM: Need = Need {
    name: "Chromium",
    way: "apt-get on Debian, else Playwright's own (about 30 s)",
    found: |project| chromium(project).map(|path| project.shown(&path)),
    get: |project| {
        if debian::can_install() {
            // With a font for Chinese, which pages are compared in as well.
            let packages = ["chromium", "fonts-noto-cjk", "fonts-liberation"];
            if debian::install(&packages).is_ok() {
                return Ok(());
            }
        }
        let mut npx = playwright(project);
        run(npx.args(["install", "chromium"])).map_err(|failure| {
            Failure::new(format!(
                "{failure}\nChromium is missing and could not be got: install Chromium or Chrome \
                 by hand (on Debian `apt-get install chromium`), or name one in the variable \
                 CHROMIUM, then run this again."
            ))
        })
    },
};

/// Runs the browser tests against the page in `dist/`.
pub fn test(project: &Project) -> Outcome {
    let mut npx = playwright(project);
    npx.arg("test").env("QUORATE_PORT", free_port()?.to_string());
    run(&mut npx)
}

/// Runs the benchmarks in the browser, where there are any.
pub fn bench(project: &Project) -> Outcome {
    let mut node = Command::new("node");
    node.arg("bench.mjs").current_dir(folder(project));
    with_chromium(&mut node, project).env("QUORATE_PORT", free_port()?.to_string());
    run(&mut node)
}

/// Whether there are benchmarks for the browser.
pub fn has_bench(project: &Project) -> bool {
    folder(project).join("bench.mjs").exists()
}

fn playwright(project: &Project) -> Command {
    let mut npx = Command::new(NPX);
    npx.args(["--no-install", "playwright"]).current_dir(folder(project));
    with_chromium(&mut npx, project);
    npx
}

fn with_chromium<'a>(command: &'a mut Command, project: &Project) -> &'a mut Command {
    command.env("PLAYWRIGHT_BROWSERS_PATH", project.tools("browsers"));
    match chromium(project) {
        Some(path) => command.env("CHROMIUM_PATH", path),
        None => command,
    }
}

fn folder(project: &Project) -> PathBuf {
    project.path("tests/browser")
}

/// A Chromium that is there already: named, on `PATH`, at its usual place, or Playwright's own.
fn chromium(project: &Project) -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let on_path = programs.into_iter().flat_map(machine::on_path);
    let usual = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ];
    named
        .into_iter()
        .chain(on_path)
        .chain(usual.map(PathBuf::from))
        .find(|path| path.is_file())
        .or_else(|| playwrights_own(project))
}

fn playwrights_own(project: &Project) -> Option<PathBuf> {
    let browsers = project.tools("browsers");
    if !browsers.exists() {
        return None;
    }
    let mut node = Command::new("node");
    node.args(["-p", "require('@playwright/test').chromium.executablePath()"]);
    node.env("PLAYWRIGHT_BROWSERS_PATH", browsers).current_dir(folder(project));
    let path = PathBuf::from(output(&mut node)?.trim());
    path.is_file().then_some(path)
}

/// A port for the server of one test run, so that two runs do not meet.
fn free_port() -> Outcome<u16> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    port.map(|address| address.port()).map_err(Failure::io("There is no free port"))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

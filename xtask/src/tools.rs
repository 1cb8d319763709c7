//! The programs that turn Rust into a page: wasm-bindgen, Trunk and wasm-opt.
//!
//! What is on `PATH` in the right version is used; anything else goes into `.tools/`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{self, NPM};
use crate::needs::Need;
use crate::process::{Failure, Outcome, output, run};
use crate::project::Project;

/// Newer ones ask for a newer compiler than `rust-version` in Cargo.toml.
const TRUNK_VERSION: &str = "0.21.14";
/// The npm package's version; its first part is wasm-opt's own.
const BINARYEN_VERSION: &str = "132.0.0";
/// The oldest wasm-opt that knows every feature that the compiler switches on.
const WASM_OPT_OLDEST: u32 = 121;

/// Writes the JavaScript that loads the wasm, and runs wasm tests.
pub const WASM_BINDGEN: Need = Need {
    name: "wasm-bindgen",
    way: "cargo binstall, or built from crates.io (about 1 minute on 2 cores)",
    found: |project| {
        let path = wasm_bindgen(project)?;
        let version = project.locked_version("wasm-bindgen").ok()?;
        Some(format!("{version}, {}", project.shown(&path)))
    },
    get: |project| {
        let version = project.locked_version("wasm-bindgen")?;
        install(project, "wasm-bindgen-cli", &version, &[])
    },
};

/// Builds and serves the page.
pub const TRUNK: Need = Need {
    name: "trunk",
    way: "cargo binstall, or built from crates.io (about 2 minutes on 2 cores)",
    found: |project| {
        let path = trunk(project)?;
        Some(format!("{TRUNK_VERSION}, {}", project.shown(&path)))
    },
    get: |project| install(project, "trunk", TRUNK_VERSION, &["--no-default-features"]),
};

/// Makes the wasm smaller and faster.
pub const WASM_OPT: Need = Need {
    name: "wasm-opt",
    way: "npm's package binaryen (a few seconds)",
    found: |project| Some(project.shown(&wasm_opt(project)?)),
    get: |project| {
        if machine::on_path(NPM.trim_end_matches(".cmd")).is_empty() {
            return Err(Failure::new(
                "wasm-opt is missing: install Node 20 or newer with npm (or Binaryen 121 or \
                 newer), then run this again.",
            ));
        }
        let mut npm = Command::new(NPM);
        npm.args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"]);
        npm.arg(project.tools("node"));
        npm.arg(format!("binaryen@{BINARYEN_VERSION}"));
        run(&mut npm)
    },
};

/// Trunk in the pinned version.
pub fn trunk(project: &Project) -> Option<PathBuf> {
    candidates(project, "trunk").find(|path| version(path).as_deref() == Some(TRUNK_VERSION))
}

/// wasm-bindgen in the version of Cargo.lock, with its test runner beside it.
fn wasm_bindgen(project: &Project) -> Option<PathBuf> {
    let wanted = project.locked_version("wasm-bindgen").ok()?;
    candidates(project, "wasm-bindgen").find(|path| {
        let runner = path.parent().and_then(|folder| machine::program_in(folder, "wasm-bindgen-test-runner"));
        runner.is_some() && version(path).as_deref() == Some(&wanted)
    })
}

/// wasm-opt, in a version that knows what the compiler writes.
pub fn wasm_opt(project: &Project) -> Option<PathBuf> {
    let package = project.tools("node/node_modules/binaryen/package.json");
    let package = fs::read_to_string(package).unwrap_or_default();
    if package.contains(&format!("\"version\": \"{BINARYEN_VERSION}\"")) {
        machine::program_in(&project.tools("node/node_modules/.bin"), "wasm-opt")
    } else {
        // It prints `wasm-opt version 132 (…)`.
        machine::on_path("wasm-opt").into_iter().find(|path| {
            let text = output(Command::new(path).arg("--version")).unwrap_or_default();
            let version = text.split_whitespace().nth(2).and_then(machine::major);
            version.is_some_and(|version| version >= WASM_OPT_OLDEST)
        })
    }
}

/// `PATH` on which Trunk and cargo find wasm-bindgen in the right version.
pub fn path(project: &Project) -> OsString {
    let tool = wasm_bindgen(project);
    let folder = tool.as_deref().and_then(Path::parent);
    machine::path_with(folder)
}

fn candidates(project: &Project, program: &str) -> impl Iterator<Item = PathBuf> {
    machine::program_in(&project.tools("bin"), program).into_iter().chain(machine::on_path(program))
}

/// The second word of what `program --version` prints: `trunk 0.21.14`.
fn version(program: &Path) -> Option<String> {
    let text = output(Command::new(program).arg("--version"))?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// Installs a crate's programs into `.tools/bin`.
fn install(project: &Project, package: &str, version: &str, extra: &[&str]) -> Outcome {
    if !machine::on_path("cargo-binstall").is_empty() {
        let mut binstall = Command::new("cargo");
        binstall.args(["binstall", "--no-confirm", "--force", "--disable-strategies", "compile"]);
        binstall.arg("--root").arg(project.tools(""));
        if run(binstall.arg(format!("{package}@{version}"))).is_ok() {
            return Ok(());
        }
        println!("There is no ready-made {package} to be had; building it instead.");
    }
    // A package registry that lags behind may not have every version of the crate's own lock
    // file yet: then newer or older ones of the same series do.
    let locked = run(cargo_install(project, package, version).args(extra).arg("--locked"));
    locked.or_else(|_| {
        println!("Once more, without the lock file of {package}.");
        run(cargo_install(project, package, version).args(extra))
    })
}

/// `cargo install` set to compile fast, since these programs run for a second or two.
fn cargo_install(project: &Project, package: &str, version: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["install", package, "--version", version, "--force", "--root"]);
    cargo.arg(project.tools(""));
    cargo.env("CARGO_TARGET_DIR", project.tools("build"));
    for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0"), ("DEBUG", "0")] {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    cargo
}

/// Removes what `install` compiled on the way; the programs themselves are elsewhere.
pub fn remove_build_folder(project: &Project) {
    let folder = project.tools("build");
    if folder.exists()
        && let Err(error) = fs::remove_dir_all(&folder)
    {
        println!("{} could not be removed: {error}.", project.shown(&folder));
    }
}

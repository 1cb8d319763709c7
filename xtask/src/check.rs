//! The checks, in the order in which they are cheapest to fail.

use std::process::Command;
use std::time::Instant;

use crate::browser::{self, CHROMIUM, NODE, NODE_PACKAGES};
use crate::needs::{self, Need};
use crate::page::{self, PAGE};
use crate::process::{Failure, Outcome, output, run, spoken};
use crate::project::Project;
use crate::tools::{self, WASM_BINDGEN};
use crate::wasm_target::{TARGET, WASM_TARGET};

/// The compiler's companions that come with rustup but not with every Rust.
pub const FMT_AND_CLIPPY: Need = Need {
    name: "rustfmt and clippy",
    way: "rustup component add (a few seconds)",
    found: |_| {
        let version = |task: &str| output(Command::new("cargo").args([task, "--version"]));
        Some(format!("{}, {}", version("fmt")?.trim(), version("clippy")?.trim()))
    },
    get: |_| {
        let mut rustup = Command::new("rustup");
        run(rustup.args(["component", "add", "rustfmt", "clippy"])).map_err(|_| {
            Failure::new(
                "Install rustfmt and clippy of your compiler's version (rustup's components or \
                 your system's packages), then run this again.",
            )
        })
    },
};

struct Step {
    name: &'static str,
    what: &'static str,
    needs: &'static [&'static Need],
    run: fn(&Project) -> Outcome,
}

const STEPS: [Step; 7] = [
    Step {
        name: "fmt",
        what: "the code is formatted",
        needs: &[&FMT_AND_CLIPPY],
        run: |project| run(cargo(project, "fmt").args(["--all", "--check"])),
    },
    Step {
        name: "clippy",
        what: "no warnings, native and wasm32",
        needs: &[&FMT_AND_CLIPPY, &WASM_TARGET],
        run: clippy,
    },
    Step {
        name: "doc",
        what: "the documentation builds without warnings",
        needs: &[],
        run: |project| {
            let mut doc = cargo(project, "doc");
            doc.args(["--locked", "--workspace", "--no-deps"]);
            run(doc.env("RUSTDOCFLAGS", "-D warnings"))
        },
    },
    Step {
        name: "native",
        what: "unit, golden, property and documentation tests",
        needs: &[],
        run: |project| run(cargo(project, "test").args(["--locked", "--workspace"])),
    },
    Step {
        name: "wasm",
        what: "the same results in wasm",
        needs: &[&WASM_TARGET, &WASM_BINDGEN, &NODE],
        run: wasm,
    },
    Step { name: "page", what: "the page builds", needs: &PAGE, run: page::build },
    Step {
        name: "browser",
        what: "the page works in Chromium",
        needs: &[&NODE, &NODE_PACKAGES, &CHROMIUM],
        run: browser::test,
    },
];

fn clippy(project: &Project) -> Outcome {
    let deny = ["--", "-D", "warnings"];
    let mut native = cargo(project, "clippy");
    run(native.args(["--locked", "--workspace", "--all-targets"]).args(deny))?;
    let mut page = cargo(project, "clippy");
    page.args(["--locked", "--package", "quorate-page", "--target", TARGET]);
    run(page.args(deny))
}

fn wasm(project: &Project) -> Outcome {
    let mut test = cargo(project, "test");
    test.args(["--locked", "--package", "quorate", "--target", TARGET, "--no-default-features"]);
    test.args(["--test", "determinism"]);
    // The runner by its name, not its path, which cargo would split at a space.
    test.env("PATH", tools::path(project));
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    run(test.env("WASM_BINDGEN_TEST_TIMEOUT", "300"))
}

fn cargo(project: &Project, task: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg(task).current_dir(project.path(""));
    cargo
}

/// Runs the named steps, or all of them, and stops at the first that fails.
pub fn test(project: &Project, names: &[String]) -> Outcome {
    let steps = chosen(names)?;
    let start = Instant::now();
    let needed: Vec<_> = steps.iter().flat_map(|step| step.needs).copied().collect();
    needs::ensure(project, &needed)?;
    let mut passed = Vec::new();
    for step in &steps {
        println!("\n── {}: {}", step.name, step.what);
        let step_start = Instant::now();
        (step.run)(project).map_err(|failure| {
            Failure::new(format!(
                "{failure}\nFAILED: {} after {}. To run this step again: cargo xtask test {}",
                step.name,
                spoken(start.elapsed()),
                step.name
            ))
        })?;
        passed.push(format!("{} {}", step.name, spoken(step_start.elapsed())));
        println!("── {} passed in {}", step.name, spoken(step_start.elapsed()));
    }
    println!("\nPASSED in {}: {}", spoken(start.elapsed()), passed.join(", "));
    Ok(())
}

/// The steps of these names in the order of [`STEPS`]. The browser never tests an old page.
fn chosen(names: &[String]) -> Outcome<Vec<&'static Step>> {
    const STEPS_HERE: &[Step] = &STEPS;
    for name in names {
        if STEPS_HERE.iter().all(|step| step.name != name) {
            let known: Vec<_> = STEPS_HERE.iter().map(|step| step.name).collect();
            return Err(Failure::new(format!("There is no step `{name}`; there are: {}.", known.join(" "))));
        }
    }
    let asked = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    let steps = STEPS_HERE.iter();
    Ok(steps.filter(|step| asked(step.name) || (step.name == "page" && asked("browser"))).collect())
}

/// Runs the benchmarks: native and in wasm, beside another engine, and in the browser.
pub fn bench(project: &Project) -> Outcome {
    run(cargo(project, "bench").args(["--locked", "--bench", "simulator"]))?;
    // A workspace of its own, in the target folder of this one.
    let mut peers = cargo(project, "run");
    peers.args(["--release", "--manifest-path", "benches/peers/Cargo.toml"]);
    peers.arg("--target-dir").arg(project.path("target"));
    run(&mut peers)?;
    if browser::has_bench(project) {
        page::build(project)?;
        needs::ensure(project, &[&NODE, &NODE_PACKAGES, &CHROMIUM])?;
        browser::bench(project)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(asked: &[&str]) -> Vec<&'static str> {
        let asked: Vec<_> = asked.iter().map(|&name| name.to_owned()).collect();
        let steps = chosen(&asked).expect("known steps");
        steps.iter().map(|step| step.name).collect()
    }

    #[test]
    fn no_name_means_every_step() {
        let all = ["fmt", "clippy", "doc", "native", "wasm", "page", "browser"];
        assert_eq!(names(&[]), all);
    }

    #[test]
    fn steps_keep_their_order_and_the_browser_gets_a_new_page() {
        assert_eq!(names(&["native", "fmt"]), ["fmt", "native"]);
        assert_eq!(names(&["browser"]), ["page", "browser"]);
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let failure = chosen(&["fmt".into(), "lint".into()]).map(|_| ()).expect_err("unknown");
        assert!(failure.to_string().contains("`lint`; there are: fmt clippy"));
    }
}

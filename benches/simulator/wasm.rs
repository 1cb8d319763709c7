//! The same loads in WebAssembly: a module built from `benches/wasm`, in a node that waits for
//! orders, so that native and WebAssembly rounds alternate.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const TARGET: &str = "wasm32-unknown-unknown";

/// A node that runs the module.
pub struct Module {
    node: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Module {
    /// Builds and starts it; `None`, with a word why, where that cannot be.
    pub fn start() -> Option<Self> {
        let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["build", "--release", "--target", TARGET]).arg("--target-dir").arg(&target);
        cargo.arg("--manifest-path").arg(benches.join("wasm/Cargo.toml"));
        if !cargo.status().is_ok_and(|status| status.success()) {
            eprintln!("without WebAssembly: it cannot be built for {TARGET}");
            return None;
        }
        let mut node = Command::new("node");
        // Optimized code from the first call on, as it is in a page that has run for a while.
        node.args(["--no-liftoff", "--no-wasm-lazy-compilation"]);
        node.arg(benches.join("wasm/run.mjs")).arg(target.join(TARGET).join("release/quorate_loads.wasm"));
        let Ok(mut node) = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
            eprintln!("without WebAssembly: there is no node");
            return None;
        };
        let (orders, answers) = node.stdin.take().zip(node.stdout.take())?;
        Some(Self { node, orders, answers: BufReader::new(answers) })
    }

    /// Runs a load: the times of its calls in ms, and their fingerprints.
    pub fn run(&mut self, load: usize) -> (Vec<f64>, Vec<u64>) {
        writeln!(self.orders, "{load}").expect("node listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("node answers");
        let pairs = line.split_whitespace().filter_map(|pair| pair.split_once(':'));
        pairs
            .map(|(ms, fingerprint)| {
                (ms.parse::<f64>().unwrap_or(f64::NAN), fingerprint.parse().unwrap_or(0))
            })
            .unzip()
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // It ends by itself when nobody gives orders any more; this only spares the wait.
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

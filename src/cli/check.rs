//! Histories from elsewhere, held against what they are histories of.

use crate::quorum::told;
use crate::{BAD_INPUT, BROKEN, Failure, complain};
use clap::Args;
use quorate::check::linear::{Budget, Checked, Limit, Model, Names, Verdict, deed};
use quorate::history::{self, BYTES_MAX, Format, History};
use quorate::model::Lang;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What to check, and as what.
#[derive(Args)]
#[command(after_help = "\
Formats:
  etcd     INFO  jepsen.util - 0  :invoke  :cas  [3 4]
           `:fail :cas` says that the value differed; a register holds nothing at first
  knossos  {:process 0, :type :invoke, :f :cas, :value [3 4]}
           `:fail` says that it did not happen; a register holds 0 at first
  jsonl    {\"process\": 0, \"type\": \"invoke\", \"f\": \"cas\", \"value\": [3, 4]}
           types are invoke, ok, differs, fail, info; \"key\" may be there; a first line
           {\"model\": \"cas-register\", \"initial\": 0} may say more

Exit codes:
  0  every history is linearizable
  1  one is not
  2  one is no history, or could not be decided within the budget

Examples:
  quorate check etcd_001.log
  quorate check *.edn --format knossos --model cas-register
  quorate check - --format jsonl < history.jsonl")]
pub(crate) struct Histories {
    /// Files, or `-` for standard input.
    #[arg(required = true, value_name = "HISTORY")]
    files: Vec<PathBuf>,
    /// How they are written; else it is seen from what they begin with.
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// What they are histories of: register, cas-register, kv, queue, lock, mutex or once; else it is
    /// seen from the operations.
    #[arg(long, value_parser = model)]
    model: Option<Model>,
    /// Most configurations that are explored before it is given up.
    #[arg(long, default_value_t = Budget::default().configurations)]
    budget: u64,
    /// Most MiB that the search of one key takes before it is given up.
    #[arg(long, value_name = "MIB", default_value_t = Budget::default().words >> 17)]
    memory: u64,
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| known(Format::ALL.map(Format::name).as_slice()))
}

fn model(name: &str) -> Result<Model, String> {
    Model::named(name).ok_or_else(|| known(Model::ALL.map(Model::name).as_slice()))
}

fn known(names: &[&str]) -> String {
    format!("known are {}", names.join(", "))
}

/// Checks some files, one line of output each. A bad one is told and passed over.
pub(crate) fn histories(args: &Histories, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    let budget = Budget { configurations: args.budget, words: args.memory.saturating_mul(1 << 17) };
    let mut code = 0;
    for path in &args.files {
        code = code.max(told(history(path, args, budget, lang, out))?);
    }
    Ok(code)
}

fn history(
    path: &Path,
    args: &Histories,
    budget: Budget,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let name = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let start = Instant::now();
    let bytes = bytes(path, &name)?;
    let history = history::read(&bytes, args.format, args.model)
        .map_err(|refusal| Failure::Input(format!("{name}: {}", refusal.sentence(lang))))?;
    let checked = history.check(budget);
    let ms = start.elapsed().as_secs_f64() * 1e3;
    writeln!(out, "{}", answer(&name, &history, &checked, ms, lang))?;
    Ok(match checked.verdict {
        Verdict::Linearizable { .. } => 0,
        Verdict::Not(_) => BROKEN,
        Verdict::Unknown => {
            complain(&undecided(&name, checked.limit, lang));
            BAD_INPUT
        }
    })
}

fn undecided(name: &str, limit: Option<Limit>, lang: Lang) -> String {
    match (limit, lang) {
        (Some(Limit::Memory), Lang::En) => {
            format!("{name}: the memory was used up before a verdict was found; --memory raises it.")
        }
        (Some(Limit::Memory), Lang::Zh) => {
            format!("{name}: 内存上限已用尽，尚无结论；可用 --memory 提高上限。")
        }
        (Some(Limit::Configurations) | None, Lang::En) => {
            format!("{name}: the budget was used up before a verdict was found; --budget raises it.")
        }
        (Some(Limit::Configurations) | None, Lang::Zh) => {
            format!("{name}: 预算用尽，尚无结论；可用 --budget 提高预算。")
        }
    }
}

fn bytes(path: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // Enough to see that it is too much.
    let most = BYTES_MAX as u64 + 1;
    let read = if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::Input(format!("{name}: {error}")))?;
    Ok(bytes)
}

fn answer(name: &str, history: &History, checked: &Checked, ms: f64, lang: Lang) -> Value {
    let model = history.object.model();
    let operation = |place: &u32| {
        let call = &history.calls[*place as usize];
        let (from, to) = history.lines[*place as usize];
        json!({
            "process": history.process(call.process),
            "key": history.key(call.key),
            "what": deed(call, model, history, lang),
            "lines": [from, to],
        })
    };
    let mut answer = json!({
        "file": name,
        "format": history.format.name(),
        "model": model.name(),
        "verdict": match checked.verdict {
            Verdict::Linearizable { .. } => "linearizable",
            Verdict::Not(_) => "not linearizable",
            Verdict::Unknown => "unknown",
        },
        "operations": history.calls.len(),
        "never_returned": history.calls.iter().filter(|call| call.returned.is_none()).count(),
        "keys": checked.keys,
        "configurations": checked.configurations,
        "ms": (ms * 1e3).round() / 1e3,
    });
    if let Verdict::Not(failure) = &checked.verdict {
        answer["stuck"] = operation(&failure.stuck);
        answer["unordered"] = failure.unordered.iter().map(operation).collect();
        answer["longest_prefix"] = failure.prefix.len().into();
        answer["sentence"] = history.sentence(&checked.verdict, lang).into();
    }
    answer
}

//! Questions about quorums, line by line.

use crate::{BAD_INPUT, Failure, complain};
use quorate::quorum::spec::Row;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// Answers every line of some files. A bad line is told and passed over.
pub(crate) fn answer(files: &[PathBuf], out: &mut impl Write) -> Result<u8, Failure> {
    if files.is_empty() {
        return lines("standard input", io::stdin().lock(), out);
    }
    let mut code = 0;
    for path in files {
        let name = path.display().to_string();
        let answered = if path == Path::new("-") {
            lines("standard input", io::stdin().lock(), out)
        } else {
            match File::open(path) {
                Ok(file) => lines(&name, BufReader::new(file), out),
                Err(error) => Err(Failure::Input(format!("{name}: {error}"))),
            }
        };
        code = code.max(told(answered)?);
    }
    Ok(code)
}

/// An input that failed is told, and the others still have their turn.
pub(crate) fn told(answered: Result<u8, Failure>) -> Result<u8, Failure> {
    match answered {
        Err(failure @ Failure::Input(_)) => {
            complain(&failure);
            Ok(BAD_INPUT)
        }
        other => other,
    }
}

fn lines(name: &str, mut from: impl BufRead, out: &mut impl Write) -> Result<u8, Failure> {
    let mut code = 0;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = from.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::Input(format!("{name}: {error}")))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let row = match std::str::from_utf8(&line) {
            Ok(text) => Row::parse(text.trim()).map_err(|error| error.to_string()),
            Err(_) => Err("line: expected UTF-8 text, found other bytes".to_owned()),
        };
        match row {
            Ok(row) => writeln!(out, "{}", row.report())?,
            Err(error) => {
                complain(&format!("{name}:{number}: {error}"));
                code = BAD_INPUT;
            }
        }
    }
    Ok(code)
}

//! Delay laws in documents: a number for a constant, or an object that names the law.

use super::reader::Place;
use super::writer::{Json, Object};
use super::{ALPHA_LEAST, ALPHA_MAX, EMPIRICAL_MAX, Refusal, SIGMA_MAX, Words};
use crate::model::Span;
use crate::sim::{DELAY_MAX, Delay};
use serde_json::Value;

/// The laws by name.
pub(super) const LAWS: [&str; 6] = ["uniform", "normal", "lognormal", "pareto", "exponential", "empirical"];

/// Reads a law; no parameter is above [`DELAY_MAX`].
pub(super) fn read(place: &Place<'_>) -> Result<Delay, Refusal> {
    let time = |place: &Place<'_>| place.span(Span(0), DELAY_MAX).map(|span| span.0);
    match place.value() {
        Some(Value::Number(_)) => return time(place).map(Delay::Constant),
        Some(Value::Object(_)) => {}
        None | Some(Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_)) => {
            return Err(place.refuse(Words::new(
                "a time in ms, or an object that names a law, such as {\"uniform\": [8, 14]}",
                "毫秒数，或指明分布的对象，例如 {\"uniform\": [8, 14]}",
            )));
        }
    }
    let law = place.fields(&LAWS)?;
    let name = law.one_of(&LAWS)?;
    let inner = law.need(name);
    let time_f = |place: &Place<'_>| time(place).map(|us| us as f64);
    match name {
        "uniform" => {
            let ends = inner.items(2, 2)?;
            let least = time(&ends[0])?;
            Ok(Delay::Uniform { least, most: ends[1].span(Span(least), DELAY_MAX)?.0 })
        }
        "normal" => {
            let inner = inner.fields(&["mean", "deviation"])?;
            Ok(Delay::Normal {
                mean: time_f(&inner.need("mean"))?,
                deviation: time_f(&inner.need("deviation"))?,
            })
        }
        "lognormal" => {
            let inner = inner.fields(&["median", "sigma"])?;
            let sigma = inner.need("sigma").decimal(0.0, SIGMA_MAX)?;
            Ok(Delay::LogNormal { median: time_f(&inner.need("median"))?, sigma })
        }
        "pareto" => {
            let inner = inner.fields(&["least", "alpha"])?;
            let alpha = inner.need("alpha").decimal(ALPHA_LEAST, ALPHA_MAX)?;
            Ok(Delay::Pareto { least: time_f(&inner.need("least"))?, alpha })
        }
        "exponential" => {
            let inner = inner.fields(&["mean"])?;
            Ok(Delay::Exponential { mean: time_f(&inner.need("mean"))? })
        }
        _ => {
            let values = inner.items(1, EMPIRICAL_MAX)?;
            let values: Vec<u64> = values.iter().map(time).collect::<Result<_, _>>()?;
            Ok(Delay::Empirical(values.into()))
        }
    }
}

/// Writes a law.
pub(super) fn write(law: &Delay) -> Json {
    let ms = |us: u64| Json::ms(Span(us));
    // Documents have whole µs.
    let ms_f = |us: f64| Json::ms(Span(us.round() as u64));
    let two = |first: (&'static str, Json), second: (&'static str, Json)| {
        let mut object = Object::of(first.0, first.1);
        object.put(second.0, second.1);
        object
    };
    let law = match law {
        Delay::Constant(us) => return ms(*us),
        Delay::Uniform { least, most } => Object::of("uniform", Json::list([*least, *most].map(ms))),
        Delay::Normal { mean, deviation } => {
            Object::of("normal", two(("mean", ms_f(*mean)), ("deviation", ms_f(*deviation))))
        }
        Delay::LogNormal { median, sigma } => {
            Object::of("lognormal", two(("median", ms_f(*median)), ("sigma", Json::decimal(*sigma))))
        }
        Delay::Pareto { least, alpha } => {
            Object::of("pareto", two(("least", ms_f(*least)), ("alpha", Json::decimal(*alpha))))
        }
        Delay::Exponential { mean } => Object::of("exponential", Object::of("mean", ms_f(*mean))),
        Delay::Empirical(values) => Object::of("empirical", Json::list(values.iter().map(|us| ms(*us)))),
    };
    law.into()
}

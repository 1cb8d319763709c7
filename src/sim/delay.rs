//! How long things take: the laws that delays are drawn from, rounded to whole µs.
//!
//! `libm` rather than `std`: its functions give the same bits on every target.

use super::random::Stream;
use crate::model::Span;
use std::sync::Arc;

/// No drawn delay is longer than this.
pub const DELAY_MAX: Span = Span::ms(60_000);

/// A law that delays are drawn from. All parameters in µs, but for shapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Delay {
    /// Always the same.
    Constant(u64),
    /// Each whole µs of a range alike, both ends included.
    Uniform {
        /// The shortest.
        least: u64,
        /// The longest.
        most: u64,
    },
    /// Normal, cut off at 0.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        deviation: f64,
    },
    /// Log-normal.
    LogNormal {
        /// Its median.
        median: f64,
        /// The standard deviation of its logarithm.
        sigma: f64,
    },
    /// Pareto: a long tail.
    Pareto {
        /// The shortest.
        least: f64,
        /// Its shape: the smaller, the longer the tail.
        alpha: f64,
    },
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: f64,
    },
    /// Drawn from measured values, each alike.
    Empirical(Arc<[u64]>),
}

impl Delay {
    /// No time at all.
    pub const NONE: Self = Self::Constant(0);

    /// Draws a length, at most [`DELAY_MAX`].
    pub fn draw(&self, stream: &mut Stream) -> Span {
        let us = match self {
            Self::Constant(us) => *us,
            Self::Uniform { least, most } => least + stream.below(most.saturating_sub(*least) + 1),
            Self::Normal { mean, deviation } => round(mean + deviation * standard_normal(stream)),
            Self::LogNormal { median, sigma } => round(median * libm::exp(sigma * standard_normal(stream))),
            Self::Pareto { least, alpha } => {
                round(least * libm::exp(-libm::log(1.0 - stream.unit()) / alpha))
            }
            Self::Exponential { mean } => round(-mean * libm::log(1.0 - stream.unit())),
            Self::Empirical(values) => {
                let place = stream.below(values.len() as u64) as usize;
                values.get(place).copied().unwrap_or(0)
            }
        };
        Span(us.min(DELAY_MAX.0))
    }

    /// A length that few draws exceed, and none where the law has a longest: about one in 40, or one in
    /// 100,000 where `hardly` any is to.
    #[must_use]
    pub fn seldom_exceeded(&self, hardly: bool) -> Span {
        let (deviations, one_in) = if hardly { (4.26, 100_000.0) } else { (2.0, 40.0) };
        let us = match self {
            Self::Constant(us) => *us,
            Self::Uniform { least, most } => *most.max(least),
            Self::Normal { mean, deviation } => round(mean + deviations * deviation),
            Self::LogNormal { median, sigma } => round(median * libm::exp(deviations * sigma)),
            Self::Pareto { least, alpha } => round(least * libm::exp(libm::log(one_in) / alpha)),
            Self::Exponential { mean } => round(mean * libm::log(one_in)),
            Self::Empirical(values) => values.iter().copied().max().unwrap_or(0),
        };
        Span(us.min(DELAY_MAX.0))
    }

    /// Whether it is 0 for sure.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}

/// To whole µs; below 0 and not-a-number become 0.
fn round(us: f64) -> u64 {
    // A cast from float saturates, and takes NaN to 0.
    libm::round(us) as u64
}

/// Box and Muller's transform, of which one of the two values is used.
fn standard_normal(stream: &mut Stream) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - stream.unit()));
    radius * libm::cos(std::f64::consts::TAU * stream.unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Force;

    fn moments(law: &Delay) -> (f64, f64) {
        let draws = 20_000;
        let values: Vec<f64> =
            (0..draws).map(|i| law.draw(&mut Stream::of(1, Force::Link, 0, i)).0 as f64).collect();
        let mean = values.iter().sum::<f64>() / f64::from(draws);
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(draws);
        (mean, variance.sqrt())
    }

    #[test]
    fn laws_have_their_textbook_moments() {
        let near = |value: f64, expected: f64| (value - expected).abs() < 0.03 * expected;
        let (mean, deviation) = moments(&Delay::Uniform { least: 8_000, most: 14_000 });
        assert!(near(mean, 11_000.0) && near(deviation, 6_000.0 / 12f64.sqrt()), "{mean} {deviation}");
        let (mean, deviation) = moments(&Delay::Normal { mean: 50_000.0, deviation: 5_000.0 });
        assert!(near(mean, 50_000.0) && near(deviation, 5_000.0), "{mean} {deviation}");
        let (mean, deviation) = moments(&Delay::Exponential { mean: 9_000.0 });
        assert!(near(mean, 9_000.0) && near(deviation, 9_000.0), "{mean} {deviation}");
        let (mean, _) = moments(&Delay::Pareto { least: 1_000.0, alpha: 3.0 });
        assert!(near(mean, 1_500.0), "{mean}");
        let (mean, _) = moments(&Delay::LogNormal { median: 1_000.0, sigma: 0.5 });
        assert!(near(mean, 1_000.0 * (0.125f64).exp()), "{mean}");
        let (mean, _) = moments(&Delay::Empirical([100, 300].into()));
        assert!(near(mean, 200.0), "{mean}");
    }

    #[test]
    fn few_draws_exceed_what_is_seldom_exceeded() {
        for law in [
            Delay::Constant(700),
            Delay::Uniform { least: 8_000, most: 14_000 },
            Delay::Normal { mean: 50_000.0, deviation: 5_000.0 },
            Delay::LogNormal { median: 1_000.0, sigma: 0.5 },
            Delay::Pareto { least: 1_000.0, alpha: 1.8 },
            Delay::Exponential { mean: 9_000.0 },
            Delay::Empirical([100, 300].into()),
        ] {
            let beyond = |hardly: bool| {
                let most = law.seldom_exceeded(hardly);
                (0..4_000).filter(|i| law.draw(&mut Stream::of(1, Force::Link, 0, *i)) > most).count()
            };
            assert!(beyond(false) < 150 && beyond(true) < 3, "{law:?}: {} {}", beyond(false), beyond(true));
        }
    }

    #[test]
    fn odd_parameters_stay_in_bounds() {
        for law in [
            Delay::Normal { mean: f64::NAN, deviation: 1.0 },
            Delay::Pareto { least: 1e300, alpha: 1e-9 },
            Delay::Exponential { mean: -5.0 },
            Delay::Empirical([].into()),
            Delay::Uniform { least: 9, most: 3 },
        ] {
            assert!(law.draw(&mut Stream::of(1, Force::Link, 0, 0)) <= DELAY_MAX);
        }
    }
}

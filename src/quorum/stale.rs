//! How likely a read misses what was written last, where quorums need not meet.

/// The chance that `read` nodes drawn at random are none of the `write` nodes, drawn at random, that have the
/// last of the writes: C(N − W, R) / C(N, R). To the power of k, it is that of missing the last k (Bailis and
/// others 2012, §3.1: partial quorums that do not expand).
///
/// ```
/// use quorate::quorum::missed;
/// assert!((missed(3, 1, 1) - 2.0 / 3.0).abs() < 1e-12);
/// assert_eq!(missed(3, 2, 2), 0.0, "quorums that meet miss nothing");
/// ```
#[must_use]
pub fn missed(nodes: u32, read: u32, write: u32) -> f64 {
    let rest = nodes.saturating_sub(write);
    let chance =
        |place: u32| f64::from(rest.saturating_sub(place)) / f64::from(nodes.saturating_sub(place).max(1));
    (0..read).map(chance).product()
}

//! Average consensus against theory: how fast numbers come together in real runs beside the factors that
//! others computed and published, and what the lessons of the gallery say of theirs.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue;
use quorate::model::{Arg, Figure, NodeId, SettingValue, Span, link_bit};
use quorate::scenario::{Planned, Scenario, find};
use quorate::sim::{Cluster, Delay, Fault, FaultKind, Moment, Network, Progress};
use std::f64::consts::FRAC_1_SQRT_2;

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run.seek(Moment::Time(run.end()));
    run
}

/// A figure's predicted and its measured number.
fn numbers(figure: &Figure) -> [Option<f64>; 2] {
    let number = |arg: &Option<Arg>| match arg {
        Some(Arg::Nano(nano)) => Some(*nano as f64 / 1e9),
        None => None,
        other => panic!("{other:?} is no number with a point"),
    };
    [number(&figure.predicted), number(&figure.measured)]
}

/// The distance from the mean, a round to the next, and the mean: of each what is foretold and what came.
fn of(scenario: &Scenario) -> [[Option<f64>; 2]; 2] {
    let run = finished(scenario);
    let figures = scenario.figures(&*run);
    [0, 1].map(|place: usize| numbers(&figures[place]))
}

fn levels(run: &dyn Cluster, nodes: usize) -> Vec<i64> {
    NodeId::all(nodes).filter_map(|node| run.inspect(node).level).collect()
}

/// The small example of Xiao and Boyd, 8 nodes and 13 links.
const SMALL_EXAMPLE: &[(usize, usize)] =
    &[(0, 1), (1, 2), (2, 3), (0, 4), (1, 7), (1, 3), (4, 5), (4, 6), (2, 6), (3, 7), (5, 6), (6, 7), (1, 6)];

const RING: u8 = 0;
const PATH: u8 = 1;
const STAR: u8 = 2;
const COMPLETE: u8 = 3;
const GRID: u8 = 4;
const DRAWN: u8 = 6;
/// The choices of `shares` in the order of the factors below.
const SHARES: [u8; 5] = [0, 2, 3, 1, 5];
const PUSH_SUM: u8 = 6;

/// Nodes on a graph, with numbers that favour no direction; a round takes 20 ms and a message 5.
fn on_graph(nodes: usize, graph: u8, shares: u8) -> Scenario {
    let entry = catalogue::find("average").expect("a protocol");
    let mut scenario = Scenario::plain(entry, nodes);
    scenario.weights = [37, 2, 90, 14, 53, 71, 5, 28, 66][..nodes].to_vec();
    scenario.settings.set("graph", SettingValue::Choice(graph));
    scenario.settings.set("shares", SettingValue::Choice(shares));
    scenario.settings.set("round", SettingValue::Span(Span::ms(20)));
    let links = SMALL_EXAMPLE.iter().map(|(a, b)| link_bit(*a, *b)).sum();
    scenario.settings.set("drawn", SettingValue::Links(links));
    scenario.network = Network { delay: Delay::Constant(5_000), ..Network::default() };
    scenario.clients = Vec::new();
    scenario.duration = Span::ms(20 * 120);
    scenario
}

/// Factors by greatest degree, Metropolis, both with one more, and the best constant: of the first graph as
/// its authors published them, to four digits, of the others as computed by others.
#[test]
fn numbers_come_together_as_fast_as_foretold() {
    for (name, nodes, graph, factors) in [
        ("small example", 8, DRAWN, [0.779_254, 0.774_303, 0.812_555, 0.816_045, 0.711_858]),
        ("path", 4, PATH, [FRAC_1_SQRT_2, FRAC_1_SQRT_2, 0.804_738, 0.804_738, FRAC_1_SQRT_2]),
        ("ring of 5", 5, RING, [0.809_017, 0.809_017, 0.539_345, 0.539_345, 0.447_214]),
        ("ring of 6", 6, RING, [1.0, 1.0, 0.666_667, 0.666_667, 0.6]),
        ("star", 5, STAR, [0.75, 0.75, 0.8, 0.8, 0.666_667]),
        ("complete", 4, COMPLETE, [0.333_333, 0.333_333, 0.0, 0.0, 0.0]),
        ("grid", 9, GRID, [0.75, 0.702_036, 0.767_423, 0.8, 0.714_286]),
    ] {
        for (shares, factor) in SHARES.into_iter().zip(factors) {
            let [[predicted, measured], [should, is]] = of(&on_graph(nodes, graph, shares));
            let predicted = predicted.expect("theory says something of every graph");
            assert!(
                (predicted - factor).abs() < 1e-4,
                "{name}, {shares}: {predicted} foretold, not {factor}"
            );
            println!("{name}, {shares}: {measured:?}, and {factor} foretold");
            if factor > 0.0 {
                let measured = measured.expect("enough rounds");
                // It tends to the factor; on the grid a second eigenvalue is nearly as great for a while.
                assert!((measured - factor).abs() < 5e-3, "{name}, {shares}: {measured}, not {factor}");
            } else {
                assert_eq!(measured, None, "{name}, {shares}: after a round nothing is left to shrink");
            }
            assert_eq!(should, is, "{name}, {shares}: the mean");
        }
    }
}

/// Push-sum, where a share is of a node's own: its factor is that of the same walk.
#[test]
fn push_sum_comes_to_the_mean_as_fast_as_foretold() {
    for (graph, nodes) in [(DRAWN, 8), (PATH, 4), (RING, 5), (STAR, 5), (GRID, 9)] {
        let scenario = on_graph(nodes, graph, PUSH_SUM);
        let [[predicted, measured], [should, is]] = of(&scenario);
        let (predicted, measured) = (predicted.expect("foretold"), measured.expect("enough rounds"));
        println!("push-sum on {graph}: {measured}, and {predicted} foretold");
        assert!((measured - predicted).abs() < 5e-3, "{graph}: {measured}, not {predicted}");
        let off = should.zip(is).map(|(should, is)| (should - is).abs());
        assert!(off < Some(2e-6), "{graph}: the mean is off by {off:?}");
    }
}

/// A neighbour that is down, or cut off for long, takes nothing from the exactness of the others.
#[test]
fn push_sum_holds_the_mean_beside_the_silent() {
    let alone = FaultKind::Partition { groups: vec![[NodeId(0)].into_iter().collect()] };
    let down = FaultKind::Crash { node: NodeId(0), amnesia: false };
    for (kind, until) in
        [(down.clone(), None), (alone.clone(), None), (alone, Some(9_000)), (down, Some(9_000))]
    {
        let mut scenario = find("average/push-sum").expect("a lesson").clone();
        scenario.network.loss_ppm = 0;
        scenario.duration = Span::ms(12_000);
        let fault = Fault {
            kind: kind.clone(),
            from: quorate::model::Time::ms(1_500),
            until: until.map(quorate::model::Time::ms),
        };
        scenario.faults = vec![Planned { fault, enabled: true }];
        let mut run = finished(&scenario);
        assert_eq!(run.violations(), []);
        assert!(run.stuck().is_empty(), "{kind:?}");
        for at in [3_000, 6_000, 8_900, 12_000] {
            run.seek(Moment::Time(quorate::model::Time::ms(at)));
            for level in levels(&*run, 5) {
                assert!((level - 4_400_000_000).abs() < 100_000, "{kind:?}: {level} at {at} ms");
            }
        }
    }
}

/// What the texts of the gallery say in numbers.
#[test]
fn the_lessons_say_what_happens() {
    let scenario = |id: &str| find(id).expect("a lesson");
    let [[predicted, measured], _] = of(scenario("average/drawn"));
    let three_digits = |number: Option<f64>| number.map(|number| (number * 1e3).round() as u32);
    assert_eq!((three_digits(predicted), three_digits(measured)), (Some(712), Some(712)));
    let mut metropolis = scenario("average/drawn").clone();
    metropolis.settings.set("shares", SettingValue::Choice(2));
    assert_eq!(three_digits(of(&metropolis)[0][0]), Some(774));

    let run = finished(scenario("average/five-numbers"));
    assert_eq!(levels(&*run, 5).iter().sum::<i64>(), 5 * 4_400_000_000, "to the last digit");

    let run = finished(scenario("average/lost-message"));
    let ends = levels(&*run, 5);
    let (least, most) = (ends.iter().min().expect("five"), ends.iter().max().expect("five"));
    assert!(most - least < 1_000_000, "all come together: {ends:?}");
    assert!((least - 4_400_000_000).abs() > 100_000_000, "and not at 4.4: {ends:?}");
    let mut late = scenario("average/lost-message").clone();
    late.settings.set("shares", SettingValue::Choice(PUSH_SUM));
    let run = finished(&late);
    for level in levels(&*run, 5) {
        assert!((level - 4_400_000_000).abs() < 1_000_000, "the same cut, push-sum: {level}");
    }

    let run = finished(scenario("average/push-sum"));
    for level in levels(&*run, 5) {
        assert!((level - 4_400_000_000).abs() < 1_000_000, "a third of all messages lost: {level}");
    }

    let [[predicted, measured], _] = of(scenario("average/never-converges"));
    assert_eq!((predicted, three_digits(measured)), (Some(1.0), Some(1_000)));
}

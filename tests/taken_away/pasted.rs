// Found by search: Agreement is violated
#[test]
#[should_panic(expected = "agreement at ")]
fn paxos_found_by_search_agreement_is_violated() {
    let document = r#"{
  "version": 1,
  "title": {"en": "Found by search: Agreement is violated", "zh": "搜索发现：“一致性”被违反"},
  "text": {
    "en": "S1 decided a and S1 decided yd. The search came upon it in schedule 12.",
    "zh": "S1 决定了 a，而 S1 决定了 yd。搜索在第 12 号调度中发现了它。"
  },
  "protocol": "paxos",
  "nodes": 3,
  "flaws": ["forgets-promise"],
  "duration": 80,
  "network": {"delay": 10},
  "clients": [{"limit": 1, "think": 25}],
  "faults": [{"crash": "S3", "from": 0, "until": 40}, {"crash": "S1", "from": 50, "until": 51}],
  "by_hand": [{"propose": "S3", "write": {"value": "yd"}, "at": 40}],
  "claims": [{"violated": "agreement"}]
}"#;
    let scenario = quorate::scenario::from_json(document).expect("a scenario");
    let mut run = scenario.run();
    while run.advance(10_000) == quorate::sim::Progress::Running {}
    let broken: Vec<String> = run
        .violations()
        .iter()
        .map(|violation| {
            let why = violation.witness.sentence(quorate::model::Lang::En);
            format!("{} at {} ms: {why}", violation.property.id, violation.at)
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

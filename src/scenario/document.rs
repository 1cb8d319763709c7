//! The scenario document: JSON that a person can write by hand.
//!
//! Lengths of time are in milliseconds with up to three digits behind the point, nodes are named
//! `S1`, `S2`…, and what is left out is at its default, so that what is written is what is special
//! about a scenario. A document is untrusted: every number has its range, every list its greatest
//! length, every name its table, and a field that is not known is refused by name.

use super::error::{Found, Refusal};
use super::reader::{Fields, Place};
use super::writer::{Json, Object};
use super::{
    Beside, CHANGES_MAX, CLAIMS_MAX, CLIENTS_MAX, Claim, DOCUMENT_MAX, DURATION_LEAST, DURATION_MAX,
    FAULTS_MAX, ID_MAX, INTERVENTIONS_MAX, NODES_MIN, Scenario, TEXT_MAX, TITLE_MAX, Words, change, claim,
    client, conditions, drawn, fault, hand, law,
};
use crate::catalogue::{self, Entry, PROTOCOLS};
use crate::model::{NODES_MAX, SettingKind, SettingValue, Settings, Span, Spec, Time};
use crate::quorum::WEIGHT_MAX;
use crate::quorum::spec::THRESHOLD_MAX;
use crate::sim::{Change, ClientPlan, Delay, Intervention};
use serde_json::Value;

/// The version that is written and read.
pub(super) const VERSION: u32 = 1;

/// The fields of a document, in the order in which they are written. `$schema` is for editors and is
/// not kept.
pub(super) const FIELDS: [&str; 24] = [
    "$schema",
    "version",
    "id",
    "title",
    "text",
    "protocol",
    "nodes",
    "weights",
    "thresholds",
    "settings",
    "flaws",
    "seed",
    "duration",
    "start",
    "network",
    "disk",
    "clocks",
    "timers",
    "clients",
    "faults",
    "changes",
    "by_hand",
    "claims",
    "beside",
];

/// The fields of what stands beside.
pub(super) const BESIDE: [&str; 8] =
    ["protocol", "thresholds", "settings", "flaws", "timers", "changes", "by_hand", "claims"];

/// The greatest seed that a JSON number holds everywhere; greater ones are texts.
pub(super) const SEED_NUMBER_MAX: u64 = 1 << 53;

/// What `timers` can be: they run out on their own, or by hand alone.
pub(super) const TIMERS: [&str; 2] = ["run", "by-hand"];

/// Where a document says nothing of its nodes.
pub(super) const NODES_USUAL: usize = 5;

/// Reads a document.
///
/// # Errors
/// Where it is not JSON or not a scenario: the place and what belongs there. Never panics.
pub fn from_json(text: &str) -> Result<Scenario, Refusal> {
    let value = parse(text)?;
    let fields = Place::root(&value).fields(&FIELDS)?;
    let version = fields.need("version");
    if version.value().and_then(Value::as_u64) != Some(VERSION.into()) {
        return Err(version.refuse(Words::new("1, the version that is read here", "1，即此处可读取的版本")));
    }
    let entry = entry(&fields.need("protocol"))?;
    let spec = entry.spec;
    let weights = weights(&fields)?;
    let nodes = weights.len();
    let mut scenario = Scenario::plain(entry, nodes);
    scenario.thresholds = thresholds(&fields, spec, &weights)?;
    scenario.weights = weights;
    if let Some(id) = fields.get("id") {
        scenario.id = name(&id)?;
    }
    if let Some(title) = fields.get("title") {
        scenario.title = words(&title, TITLE_MAX)?;
    }
    if let Some(text) = fields.get("text") {
        scenario.text = words(&text, TEXT_MAX)?;
    }
    scenario.settings = settings(&fields, spec)?;
    if let Some(place) = fields.get("seed") {
        scenario.seed = seed(&place)?;
    }
    if let Some(duration) = fields.get("duration") {
        scenario.duration = duration.span(DURATION_LEAST, DURATION_MAX)?;
    }
    if let Some(start) = fields.get("start") {
        scenario.start = Time(start.span(Span(0), DURATION_MAX)?.0);
    }
    if let Some(place) = fields.get("network") {
        scenario.network = conditions::network(&place, &scenario.network)?;
    }
    if let Some(disk) = fields.get("disk") {
        scenario.disk = law::read(&disk)?;
    }
    if let Some(place) = fields.get("clocks") {
        scenario.clocks = conditions::clocks(&place, nodes)?;
    }
    scenario.timers_by_hand = by_hand_alone(&fields)?;
    if let Some(clients) = list(&fields, "clients", CLIENTS_MAX, |place| client::read(place, nodes))? {
        scenario.clients = clients;
    }
    scenario.faults =
        list(&fields, "faults", FAULTS_MAX, |place| fault::read(place, nodes))?.unwrap_or_default();
    scenario.changes = changes(&fields, nodes, spec)?;
    scenario.interventions = hands(&fields, nodes, spec)?;
    scenario.claims = claims(&fields, &scenario, entry)?;
    scenario.beside = fields.get("beside").map(|place| beside(&place, &scenario)).transpose()?;
    Ok(scenario)
}

fn by_hand_alone(fields: &Fields<'_>) -> Result<bool, Refusal> {
    fields.get("timers").map_or(Ok(false), |timers| Ok(timers.choice(&TIMERS)? == 1))
}

fn changes(fields: &Fields<'_>, nodes: usize, spec: &'static Spec) -> Result<Vec<Change>, Refusal> {
    let changes = list(fields, "changes", CHANGES_MAX, |place| change::read(place, nodes, spec))?;
    Ok(changes.unwrap_or_default())
}

fn hands(fields: &Fields<'_>, nodes: usize, spec: &'static Spec) -> Result<Vec<Intervention>, Refusal> {
    let hands = list(fields, "by_hand", INTERVENTIONS_MAX, |place| hand::read(place, nodes, spec))?;
    Ok(hands.unwrap_or_default())
}

fn claims(fields: &Fields<'_>, scenario: &Scenario, entry: &'static Entry) -> Result<Vec<Claim>, Refusal> {
    let (nodes, clients) = (scenario.weights.len(), scenario.clients.len());
    let claims = list(fields, "claims", CLAIMS_MAX, |place| claim::read(place, nodes, clients, entry))?;
    Ok(claims.unwrap_or_default())
}

/// A protocol's name, or an object with what is its own.
fn beside(place: &Place<'_>, scenario: &Scenario) -> Result<Box<Beside>, Refusal> {
    let nodes = scenario.weights.len();
    if !matches!(place.value(), Some(Value::Object(_))) {
        let plain = Scenario::plain(entry(place)?, nodes);
        return Ok(Box::new(Beside {
            entry: plain.entry,
            thresholds: plain.spec().usual(&scenario.weights),
            settings: plain.settings,
            timers_by_hand: false,
            changes: Vec::new(),
            interventions: Vec::new(),
            claims: Vec::new(),
        }));
    }
    let fields = place.fields(&BESIDE)?;
    let entry = entry(&fields.need("protocol"))?;
    Ok(Box::new(Beside {
        entry,
        thresholds: thresholds(&fields, entry.spec, &scenario.weights)?,
        settings: settings(&fields, entry.spec)?,
        timers_by_hand: by_hand_alone(&fields)?,
        changes: changes(&fields, nodes, entry.spec)?,
        interventions: hands(&fields, nodes, entry.spec)?,
        claims: claims(&fields, scenario, entry)?,
    }))
}

fn parse(text: &str) -> Result<Value, Refusal> {
    let refuse = |expected, found| Refusal { path: String::new(), expected, found: Found::Value(found) };
    if text.len() > DOCUMENT_MAX {
        let (most, kb) = (DOCUMENT_MAX / 1024, text.len().div_ceil(1024));
        let expected = Words::new(format!("at most {most} KB of JSON"), format!("最多 {most} KB 的 JSON"));
        return Err(refuse(expected, Words::new(format!("{kb} KB"), format!("{kb} KB"))));
    }
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let found = if error.is_eof() {
            Words::new(
                format!("text that ends too early, at line {line}, column {column}"),
                format!("在第 {line} 行第 {column} 列过早结束的文字"),
            )
        } else {
            Words::new(
                format!("text that is broken at line {line}, column {column}"),
                format!("在第 {line} 行第 {column} 列出错的文字"),
            )
        };
        refuse(Words::new("JSON", "JSON"), found)
    })
}

fn list<T>(
    fields: &Fields<'_>,
    name: &str,
    most: usize,
    read: impl Fn(&Place<'_>) -> Result<T, Refusal>,
) -> Result<Option<Vec<T>>, Refusal> {
    let Some(place) = fields.get(name) else { return Ok(None) };
    place.items(0, most)?.iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn entry(place: &Place<'_>) -> Result<&'static Entry, Refusal> {
    let names: Vec<&str> = PROTOCOLS.iter().map(|entry| entry.spec.id).collect();
    let found = place.choice(&names)?;
    catalogue::find(names[found]).ok_or_else(|| place.refuse(Words::default()))
}

fn name(place: &Place<'_>) -> Result<String, Refusal> {
    let fits = |id: &&str| {
        id.len() <= ID_MAX && id.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'/'))
    };
    place.value().and_then(Value::as_str).filter(fits).map(str::to_owned).ok_or_else(|| {
        place.refuse(Words::new(
            format!("a name of at most {ID_MAX} of a–z, 0–9, - and /"),
            format!("最多 {ID_MAX} 个字符的名称（a–z、0–9、- 和 /）"),
        ))
    })
}

/// A text in both languages, or in English alone.
fn words(place: &Place<'_>, most: usize) -> Result<Words, Refusal> {
    if let Some(Value::Object(_)) = place.value() {
        let fields = place.fields(&["en", "zh"])?;
        let one = |name| fields.get(name).map_or(Ok(""), |place| place.text(most));
        return Ok(Words::new(one("en")?, one("zh")?));
    }
    place.text(most).map(|text| Words::new(text, ""))
}

fn weights(fields: &Fields<'_>) -> Result<Vec<u8>, Refusal> {
    match (fields.get("weights"), fields.get("nodes")) {
        (Some(_), Some(nodes)) => {
            let words = Words::new(
                "left out, as `weights` has one for each node",
                "省略，因为 `weights` 已给出每个节点",
            );
            Err(nodes.refuse(words))
        }
        (Some(weights), None) => {
            let weights = weights.items(NODES_MIN, NODES_MAX)?;
            weights.iter().map(|weight| Ok(weight.count(0, WEIGHT_MAX.into())? as u8)).collect()
        }
        (None, Some(nodes)) => Ok(vec![1; nodes.count(NODES_MIN as u32, NODES_MAX as u32)? as usize]),
        (None, None) => Ok(vec![1; NODES_USUAL]),
    }
}

pub(super) fn thresholds(fields: &Fields<'_>, spec: &Spec, weights: &[u8]) -> Result<Vec<u32>, Refusal> {
    let mut thresholds = spec.usual(weights);
    if let Some(place) = fields.get("thresholds") {
        let phases: Vec<&str> = spec.phases.iter().map(|phase| phase.id).collect();
        let fields = place.fields(&phases)?;
        for (threshold, phase) in thresholds.iter_mut().zip(phases) {
            if let Some(place) = fields.get(phase) {
                *threshold = place.count(1, THRESHOLD_MAX)?;
            }
        }
    }
    Ok(thresholds)
}

fn settings(fields: &Fields<'_>, spec: &'static Spec) -> Result<Settings, Refusal> {
    let mut settings = Settings::defaults(spec.settings);
    if let Some(place) = fields.get("settings") {
        let names: Vec<&str> = spec.settings.iter().map(|setting| setting.id).collect();
        let fields = place.fields(&names)?;
        for setting in spec.settings {
            let Some(place) = fields.get(setting.id) else { continue };
            let value = match setting.kind {
                SettingKind::Span { least, most, .. } => SettingValue::Span(place.span(least, most)?),
                SettingKind::Range { least, most, .. } => SettingValue::Range(place.range(least, most)?),
                SettingKind::Switch { .. } => SettingValue::Switch(place.flag()?),
                SettingKind::Number { least, most, .. } => SettingValue::Number(place.count(least, most)?),
                SettingKind::Links => SettingValue::Links(drawn::read(&place)?),
                SettingKind::Choice { options, .. } => {
                    let ids: Vec<&str> = options.iter().map(|option| option.id).collect();
                    SettingValue::Choice(place.choice(&ids)? as u8)
                }
            };
            settings.set(setting.id, value);
        }
    }
    if let Some(place) = fields.get("flaws") {
        let names: Vec<&str> = spec.flaws.iter().map(|flaw| flaw.id).collect();
        for place in place.items(0, names.len())? {
            let flaw = spec.flaws[place.choice(&names)?].id;
            if settings.flaw(flaw) {
                return Err(
                    place.refuse(Words::new("a flaw that is not yet in the list", "列表中尚未出现的缺陷"))
                );
            }
            settings.set_flaw(flaw, true);
        }
    }
    Ok(settings)
}

fn seed(place: &Place<'_>) -> Result<u64, Refusal> {
    let number = match place.value() {
        Some(Value::Number(number)) => number.as_u64().filter(|seed| *seed <= SEED_NUMBER_MAX),
        // The digits alone: `parse` would take a sign.
        Some(Value::String(text)) if text.len() <= 20 && text.bytes().all(|digit| digit.is_ascii_digit()) => {
            text.parse().ok()
        }
        None | Some(Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            None
        }
    };
    number.ok_or_else(|| {
        place.refuse(Words::new(
            format!("a whole number from 0 to 2⁵³, or one up to {} as a text", u64::MAX),
            format!("0 到 2⁵³ 的整数，或以文字表示的不超过 {} 的整数", u64::MAX),
        ))
    })
}

/// Writes a document as short as it gets: what links carry.
#[must_use]
pub fn to_json(scenario: &Scenario) -> String {
    document(scenario).compact()
}

/// Writes a document as people like to read and edit it: what files hold.
#[must_use]
pub fn to_json_pretty(scenario: &Scenario) -> String {
    document(scenario).pretty()
}

fn document(scenario: &Scenario) -> Json {
    let Scenario { id, title, text, entry, weights, thresholds, settings, seed, .. } = scenario;
    let Scenario {
        duration,
        start,
        network,
        disk,
        clocks,
        clients,
        faults,
        changes,
        interventions,
        claims,
        ..
    } = scenario;
    let (spec, nodes) = (entry.spec, weights.len());
    let usual = Scenario::plain(entry, nodes);
    let mut out = Object::of("version", VERSION);
    out.put_unless("id", id, &usual.id, |id| id.as_str().into());
    out.put_unless("title", title, &usual.title, words_json);
    out.put_unless("text", text, &usual.text, words_json);
    out.put("protocol", spec.id);
    if *weights != usual.weights {
        out.put("weights", Json::list(weights.iter().copied()));
    } else if nodes != NODES_USUAL {
        out.put("nodes", nodes as u32);
    }
    put_set_up(&mut out, spec, thresholds, settings, weights);
    out.put_unless("seed", seed, &usual.seed, |seed| {
        if *seed <= SEED_NUMBER_MAX { (*seed).into() } else { seed.to_string().into() }
    });
    out.put_unless("duration", duration, &usual.duration, |duration| Json::ms(*duration));
    out.put_unless("start", start, &usual.start, |start| Json::ms(Span(start.0)));
    out.put_filled("network", conditions::network_json(network, &usual.network));
    out.put_unless("disk", disk, &Delay::NONE, law::write);
    out.put_filled("clocks", conditions::clocks_json(clocks));
    put_timers(&mut out, scenario.timers_by_hand);
    out.put_unless("clients", clients, &usual.clients, |clients: &Vec<ClientPlan>| {
        Json::list(clients.iter().map(client::write))
    });
    if !faults.is_empty() {
        out.put("faults", Json::list(faults.iter().map(|planned| fault::write(planned, nodes))));
    }
    put_changes(&mut out, changes, spec);
    put_hands_and_claims(&mut out, spec, interventions, claims);
    if let Some(beside) = &scenario.beside {
        out.put("beside", beside_json(beside, weights));
    }
    out.into()
}

fn put_set_up(out: &mut Object, spec: &Spec, thresholds: &[u32], settings: &Settings, weights: &[u8]) {
    out.put_filled("thresholds", thresholds_json(spec, weights, thresholds));
    out.put_filled("settings", settings_json(settings, spec));
    if settings.flaws().next().is_some() {
        out.put("flaws", Json::list(settings.flaws()));
    }
}

fn put_timers(out: &mut Object, by_hand: bool) {
    if by_hand {
        out.put("timers", TIMERS[1]);
    }
}

fn put_changes(out: &mut Object, changes: &[Change], spec: &Spec) {
    if !changes.is_empty() {
        out.put("changes", Json::list(changes.iter().map(|change| change::write(change, spec))));
    }
}

fn put_hands_and_claims(out: &mut Object, spec: &Spec, hands: &[Intervention], claims: &[Claim]) {
    if !hands.is_empty() {
        out.put("by_hand", Json::list(hands.iter().map(|hand| hand::write(hand, spec))));
    }
    if !claims.is_empty() {
        out.put("claims", Json::list(claims.iter().map(|claim| claim::write(claim, spec))));
    }
}

fn beside_json(beside: &Beside, weights: &[u8]) -> Json {
    let spec = beside.entry.spec;
    let mut out = Object::default();
    put_set_up(&mut out, spec, &beside.thresholds, &beside.settings, weights);
    put_timers(&mut out, beside.timers_by_hand);
    put_changes(&mut out, &beside.changes, spec);
    put_hands_and_claims(&mut out, spec, &beside.interventions, &beside.claims);
    if out.is_empty() {
        return spec.id.into();
    }
    let mut whole = Object::of("protocol", spec.id);
    whole.append(out);
    whole.into()
}

/// The thresholds that do not go without saying.
pub(super) fn thresholds_json(spec: &Spec, weights: &[u8], thresholds: &[u32]) -> Object {
    let mut own = Object::default();
    let phases = spec.phases.iter().zip(thresholds).zip(spec.usual(weights));
    let phases = phases.filter(|((_, threshold), usual)| *threshold != usual);
    phases.for_each(|((phase, threshold), _)| own.put(phase.id, *threshold));
    own
}

fn words_json(words: &Words) -> Json {
    if words.zh.is_empty() {
        return words.en.as_str().into();
    }
    let mut out = Object::default();
    out.put_unless("en", &words.en, &String::new(), |text| text.as_str().into());
    out.put("zh", words.zh.as_str());
    out.into()
}

fn settings_json(settings: &Settings, spec: &Spec) -> Object {
    let mut out = Object::default();
    for setting in spec.settings {
        let Some(value) = settings.get(setting.id).filter(|value| *value != setting.kind.default_value())
        else {
            continue;
        };
        out.put(
            setting.id,
            match value {
                SettingValue::Span(span) => Json::ms(span),
                SettingValue::Range(range) => Json::range(range),
                SettingValue::Switch(on) => on.into(),
                SettingValue::Number(number) => number.into(),
                SettingValue::Choice(place) => match setting.kind {
                    SettingKind::Choice { options, .. } => {
                        options.get(usize::from(place)).map_or("?", |option| option.id).into()
                    }
                    SettingKind::Span { .. }
                    | SettingKind::Range { .. }
                    | SettingKind::Switch { .. }
                    | SettingKind::Links
                    | SettingKind::Number { .. } => continue,
                },
                SettingValue::Links(bits) => drawn::write(bits),
            },
        );
    }
    out
}

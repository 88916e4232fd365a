//! Every text of the console has its German, every German text is one of the console's, and the places in both agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use deskwarden_domain::{
    labels::*,
    list::{Column, DEFINITIONS, columns},
    rules,
    sentence::TEXTS,
};
use deskwarden_types::*;

use self::po::Entry;
use super::{frontend, sources};

/// The console's own reader.
#[path = "../../../../frontend/src/strings/po.rs"]
mod po;

/// Context and English text, with the English plural where there is one.
type Texts = BTreeMap<(String, String), Option<String>>;

#[test]
fn german_is_complete_and_fits() {
    let file = fs::read_to_string(frontend().join("translations/de.po")).unwrap();
    assert_form(&file);
    let mut english = texts_of_the_console();
    assert!(english.len() > 200, "the tables could not be read: {}", english.len());
    english.extend(words_of_the_rule_book());
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    // Only headers that need other words than the same text elsewhere have them.
    let headers = headers().into_iter().map(|label| (("column".to_owned(), label.to_owned()), None));
    let optional: Texts = headers.collect();
    for entry in po::read(&file) {
        let key = (entry.context.to_owned(), entry.english.to_owned());
        match english.get(&key).or_else(|| optional.get(&key)) {
            None => faults.push(format!("used by no code: {key:?}")),
            Some(plural) if plural.as_deref().unwrap_or_default() != entry.plural => {
                faults.push(format!("another plural: {key:?}: {plural:?}"));
            }
            Some(_) => faults.extend(fault_of(&entry)),
        }
        if !seen.insert(key) {
            faults.push(format!("twice: {:?}", entry.english));
        }
    }
    faults.extend(english.keys().filter(|key| !seen.contains(key)).map(|key| format!("no German for {key:?}")));
    assert!(faults.is_empty(), "frontend/translations/de.po:\n{}", faults.join("\n"));
}

/// The console reads one text a line, without escapes.
fn assert_form(file: &str) {
    let (_, body) = file.split_once("\n\n").expect("a header, then texts");
    for line in body.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words = ["msgctxt", "msgid", "msgid_plural", "msgstr", "msgstr[0]", "msgstr[1]"];
        let read = line.split_once(" \"").and_then(|(word, text)| Some((word, text.strip_suffix('"')?)));
        let (word, text) = read.unwrap_or_else(|| panic!("not on one line: {line}"));
        assert!(words.contains(&word) && !text.contains(['"', '\\']), "cannot be read: {line}");
    }
}

fn fault_of(entry: &Entry<'_>) -> Option<String> {
    let (text, places) = (entry.english, places(entry.english));
    if entry.one.is_empty() || (entry.many.is_empty() != entry.plural.is_empty()) {
        return Some(format!("not translated: {text:?}"));
    }
    let many_differ = !entry.plural.is_empty() && self::places(entry.many) != self::places(entry.plural);
    (self::places(entry.one) != places || many_differ).then(|| format!("other places: {text:?}"))
}

/// The `{places}` of a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place).collect()
}

/// The lines of `texts!`; places and parameters must agree.
fn texts_of_the_console() -> Texts {
    let mut texts = Texts::new();
    for (path, source) in sources("src/strings") {
        for table in
            source.split("texts! {\n").skip(1).filter_map(|rest| rest.split_once("\n}")).map(|(table, _)| table)
        {
            for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///")) {
                let (context, one, plural) =
                    line_of(line).unwrap_or_else(|| panic!("{}: cannot be read: {line}", path.display()));
                let other = texts.insert((context, one), plural.clone());
                assert!(other.is_none_or(|other| other == plural), "one singular with two plurals: {line}");
            }
        }
    }
    texts
}

/// `name(place): "one" | "many";` or `name in "context": "one";`
fn line_of(line: &str) -> Option<(String, String, Option<String>)> {
    let (name, rest) = line.strip_suffix(';')?.split_once(": \"")?;
    let (name, context) = match name.split_once(" in \"") {
        Some((name, context)) => (name, context.strip_suffix('"')?),
        None => (name, ""),
    };
    let parameters: BTreeSet<&str> = match name.split_once('(') {
        Some((_, list)) => list.strip_suffix(')')?.split(", ").collect(),
        None => BTreeSet::new(),
    };
    let (one, many) = match rest.strip_suffix('"')?.split_once("\" | \"") {
        Some((one, many)) => (one, Some(many)),
        None => (rest.strip_suffix('"')?, None),
    };
    assert_eq!(places(many.unwrap_or(one)), parameters, "{line}");
    assert!(places(one).is_subset(&parameters), "{line}");
    Some((context.to_owned(), one.to_owned(), many.map(str::to_owned)))
}

/// Everything that the rule book calls by a name on screen.
fn words_of_the_rule_book() -> Texts {
    let mut words: Vec<&'static str> = Vec::new();
    macro_rules! all {
        ($($label:ident $kind:ident;)+) => { $(words.extend($kind::ALL.iter().map(|word| $label(*word)));)+ };
    }
    all! {
        access_label Access;
        actor_kind_label ActorKind;
        any_status_label Status;
        audit_action_label AuditAction;
        bulk_outcome_label BulkOutcome;
        bulk_state_label BulkState;
        command_outcome_label CommandOutcome;
        command_state_label CommandState;
        consent_state_label ConsentState;
        end_reason_label EndReason;
        ended_how_label EndedHow;
        event_label EventKind;
        kind_label DeliveryKind;
        licence_label LicenceKind;
        list_state_label ListState;
        permission_label Permission;
        phase_label Phase;
        plan_outcome_label PlanOutcome;
        role_label Role;
        scope_label Scope;
        seat_level_label SeatLevel;
        source_label Source;
        terminal_label Terminal;
        trust_label Trust;
        why_not_label WhyNot;
    }
    words.extend(ErrorCode::ALL.iter().map(|code| code.title()));
    words.extend(DEFINITIONS.iter().flat_map(|definition| [definition.label, definition.tip]));
    words.extend(all_columns().flat_map(|column| [column.label, column.tip]));
    words.extend(TEXTS.iter().map(|text| text.english()));
    let mut verbs: Vec<&'static str> = Verb::ALL.iter().map(|verb| any_verb_label(*verb)).collect();
    for kind in DeliveryKind::ALL.iter().copied() {
        words.extend(rules(kind).table.iter().map(|row| row.label));
        verbs.extend(Verb::ALL.iter().map(|verb| verb_label(kind, *verb)));
        words.extend(Verb::ALL.iter().filter_map(|verb| confirmation_text(kind, *verb)));
        words.extend(not_from_a_browser(kind));
    }
    words.push(NO_MACHINE);
    let plain = words.into_iter().map(|word| ((String::new(), word.to_owned()), None));
    plain.chain(verbs.into_iter().map(|verb| (("verb".to_owned(), verb.to_owned()), None))).collect()
}

/// The columns of every page.
fn all_columns() -> impl Iterator<Item = Column> {
    let pages = ListPage::ALL.iter().flat_map(|page| ListState::ALL.iter().map(move |state| (*page, *state)));
    pages.flat_map(|(page, state)| columns(page, state, true))
}

fn headers() -> BTreeSet<&'static str> {
    all_columns().map(|column| column.label).collect()
}

#[test]
fn a_translation_is_read_as_translators_write_it() {
    let file = "msgid \"\"\nmsgstr \"Language: de\\n\"\n\n# to whom\nmsgctxt \"verb\"\nmsgid \"Kill\"\nmsgstr \"Beenden\"\n\n\
        msgid \"one day\"\nmsgid_plural \"{n} days\"\nmsgstr[0] \"ein Tag\"\nmsgstr[1] \"{n} Tage\"\n";
    let entries = po::read(file);
    let kill = Entry { context: "verb", english: "Kill", one: "Beenden", ..Entry::default() };
    let days = Entry { english: "one day", plural: "{n} days", one: "ein Tag", many: "{n} Tage", ..Entry::default() };
    assert_eq!(entries, [kill, days]);
    assert!(fault_of(&days).is_none());
    assert!(fault_of(&Entry { many: "{m} Tage", ..days }).is_some());
    assert!(fault_of(&Entry { one: "", ..kill }).is_some());
    assert_eq!(
        line_of(r#"days(n): "one day" | "{n} days";"#),
        Some((String::new(), "one day".to_owned(), Some("{n} days".to_owned())))
    );
    let empty = line_of(r#"empty in "value": "None";"#);
    assert_eq!(empty, Some(("value".to_owned(), "None".to_owned(), None)));
}

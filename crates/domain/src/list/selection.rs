//! Reads what a list is asked for: `q` and the plain parameters.

use deskwarden_types::{SessionField, api::SessionSelection};

use super::{
    DEFINITIONS, Filter, FilterError, Operand, Selection, Term, Test, TimeValue, ValueKind, definition,
    operand::contained, parse::refuse_control, scan::RawValue, time::TIMES, words,
};
use crate::sentence::{self, Sentence};

/// The longest text of `contains`, in characters.
pub const LONGEST_CONTAINS: usize = 200;

impl Selection {
    /// Reads a selection; everything in it is joined by *and*. `kind` and `status` find what `kind:` and `status:` find;
    /// `contains` without a `field` is a text alone, and blank it asks for nothing.
    pub fn read(asked: &SessionSelection) -> Result<Self, FilterError> {
        let mut filter = Filter::parse(asked.q.as_deref().unwrap_or_default())?;
        let mut join = |test: Test| filter.terms.push(Term { negated: false, test, span: 0..0 });
        if let Some(kind) = asked.kind {
            join(Test::Is(SessionField::Kind, vec![Operand::Word(kind.code())]));
        }
        if let Some(status) = asked.status {
            join(Test::Is(SessionField::Status, words::named(SessionField::Status, status.as_str())));
        }
        if let Some(host) = asked.host {
            join(Test::Is(SessionField::Host, vec![Operand::Id(host.0)]));
        }
        if let Some(test) = contains(asked)? {
            join(test);
        }
        let time =
            |parameter, text: &Option<String>| text.as_deref().map(|text| read_time(parameter, text)).transpose();
        let (from, to) = (time("from", &asked.from)?, time("to", &asked.to)?);
        if let Some((from, to)) = from.zip(to).filter(|(from, to)| from.is_after(*to)) {
            let text = asked.to.as_deref().unwrap_or_default();
            let message = sentence::FROM_AFTER_TO.with("from", from.to_string()).with("to", to.to_string());
            return Err(FilterError::at(text, 0..text.len(), message).of("to"));
        }
        Ok(Self { state: asked.state.unwrap_or(Self::default().state), filter, from, to })
    }
}

fn read_time(parameter: &'static str, text: &str) -> Result<TimeValue, FilterError> {
    refuse_control(text).map_err(|error| error.of(parameter))?;
    TimeValue::parse(text)
        .map_err(|message| {
            let plus = text.contains(' ') && TimeValue::parse(&text.replacen(' ', "+", 1)).is_ok();
            if plus { sentence::PLUS_IS_SPACE.with("text", text) } else { message }
        })
        .map_err(|message| FilterError::at(text, 0..text.len(), message).of(parameter).expecting(TIMES))
}

/// What `contains` and `field` ask.
fn contains(asked: &SessionSelection) -> Result<Option<Test>, FilterError> {
    let text = asked.contains.as_deref().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let error = |message: Sentence| FilterError::at(text, 0..text.len(), message).of("contains");
    if let Some((at, _)) = text.char_indices().nth(LONGEST_CONTAINS) {
        let message = sentence::LONG_SEARCH.with("count", LONGEST_CONTAINS.to_string());
        return Err(FilterError::at(text, at..text.len(), message).of("contains"));
    }
    refuse_control(text).map_err(|error| error.of("contains"))?;
    let Some(field) = asked.field else {
        return Ok(Some(Test::Anywhere(text.to_owned())));
    };
    let definition = definition(field);
    let value = RawValue { span: 0..text.len(), text: text.to_owned(), quoted: true, fault: None };
    let test = match definition.kind {
        ValueKind::Text | ValueKind::Address => Test::Contains(field, vec![text.to_owned()]),
        ValueKind::Word => {
            let found = contained(definition, &value);
            Test::Is(field, found.map_err(|wrong| error(wrong.message).expecting(wrong.expected))?)
        }
        ValueKind::Id => {
            let found = super::operand::operands(definition, &value);
            Test::Is(field, found.map_err(|wrong| error(wrong.message).expecting(wrong.expected))?)
        }
        ValueKind::Time | ValueKind::Duration | ValueKind::YesNo => {
            let fields = DEFINITIONS.iter().filter(|definition| {
                matches!(definition.kind, ValueKind::Text | ValueKind::Address | ValueKind::Word | ValueKind::Id)
            });
            let message = sentence::NO_TEXT_IN_FIELD.with("field", field.as_str());
            let name = field.as_str();
            return Err(FilterError::at(name, 0..name.len(), message)
                .of("field")
                .expecting(fields.map(|definition| definition.field.as_str())));
        }
    };
    Ok(Some(test))
}

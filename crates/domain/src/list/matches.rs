//! Whether a session fits a filter, in memory; the same as the store's SQL says, which tests hold it to.

use std::net::IpAddr;

use deskwarden_types::{ListState, Phase, SessionField, Timestamp, api::Session};

use super::{Comparison, Context, Filter, Network, Operand, Selection, Term, Test, TimeValue, Value, definition, fold};
use crate::labels;

/// What a filter is asked of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The session, as it was read at [`Context::now`].
    pub session: &'a Session,
    /// The names of the groups of its user.
    pub groups: &'a [String],
}

impl Selection {
    /// Whether a session is one of those selected.
    pub fn matches(&self, subject: &Subject<'_>, context: &Context<'_>) -> bool {
        let session = subject.session;
        let over = session.phase == Phase::Over;
        let listed = match self.state {
            // What is not over stays listed for ever.
            ListState::Current => !over || session.listed_until.is_some_and(|until| until > context.now),
            ListState::Historical => over,
            ListState::All => true,
        };
        listed && self.overlaps(session, context) && self.filter.matches(subject, context)
    }

    /// Half-open: it began before the end, and was not over at the start, or began there.
    fn overlaps(&self, session: &Session, context: &Context<'_>) -> bool {
        let instant = |value: Option<TimeValue>| value.map(|value| context.span(value).from);
        let begun = instant(self.to).is_none_or(|to| session.started_at < to);
        let still = instant(self.from)
            .is_none_or(|from| session.ended_at.is_none_or(|ended| ended > from) || session.started_at >= from);
        begun && still
    }

    /// Whether the same session can fit now and not later, without having changed.
    pub fn depends_on_time(&self) -> bool {
        let moves = |value: &Option<TimeValue>| value.as_ref().is_some_and(TimeValue::is_relative);
        self.state == ListState::Current || moves(&self.from) || moves(&self.to) || self.filter.depends_on_time()
    }
}

impl Selection {
    /// The terms whose answer for a session never changes while it lives: what fails them never was selected and never
    /// will be. Names count as such: who is renamed is found by the next list.
    pub fn fixed(&self) -> Filter {
        Filter { terms: self.filter.terms.iter().filter(|term| term.test.is_fixed()).cloned().collect() }
    }

    /// Whether its answer for a session never changes.
    pub fn is_fixed(&self) -> bool {
        let whole = self.state == ListState::All && self.from.is_none() && self.to.is_none();
        whole && self.filter.terms.iter().all(|term| term.test.is_fixed())
    }

    /// Whether its answer depends on who asks.
    pub fn asks_who(&self) -> bool {
        let me = |operands: &[Operand]| operands.contains(&Operand::Me);
        self.filter.terms.iter().any(|term| matches!(&term.test, Test::Is(_, operands) if me(operands)))
    }
}

impl TimeValue {
    /// Whether it means something else later.
    pub const fn is_relative(&self) -> bool {
        matches!(self, Self::Today(_) | Self::FromNow(_))
    }
}

impl Filter {
    /// Whether a session fits every term.
    pub fn matches(&self, subject: &Subject<'_>, context: &Context<'_>) -> bool {
        self.terms.iter().all(|term| term.matches(subject, context))
    }

    /// Whether the same session can fit now and not later, without having changed.
    pub fn depends_on_time(&self) -> bool {
        self.terms.iter().any(|term| term.test.depends_on_time())
    }

    /// The fields that its terms name.
    pub fn fields(&self) -> impl Iterator<Item = SessionField> + '_ {
        self.terms.iter().filter_map(|term| term.test.field())
    }
}

impl Term {
    fn matches(&self, subject: &Subject<'_>, context: &Context<'_>) -> bool {
        self.test.matches(subject, context) != self.negated
    }
}

impl Test {
    /// The field that it is about; none for text alone.
    pub const fn field(&self) -> Option<SessionField> {
        match self {
            Self::Anywhere(_) => None,
            Self::Is(field, _) | Self::Contains(field, _) | Self::Compare(field, ..) => Some(*field),
        }
    }

    fn is_fixed(&self) -> bool {
        use SessionField::{AdUsername, App, Email, Id, Kind, Name, StartedAt, User, UserId, Username};
        let fixed = [Id, Kind, User, Username, Name, Email, AdUsername, UserId, App, StartedAt];
        self.field().is_some_and(|field| fixed.contains(&field)) && !self.depends_on_time()
    }

    fn depends_on_time(&self) -> bool {
        use SessionField::{Duration, Idle, StartedAgo, Trust};
        let relative = |operand: &Operand| matches!(operand, Operand::Time(time) if time.is_relative());
        matches!(self.field(), Some(Trust | Duration | StartedAgo | Idle))
            || match self {
                Self::Is(_, operands) => operands.iter().any(relative),
                Self::Compare(_, _, operand) => relative(operand),
                Self::Anywhere(_) | Self::Contains(..) => false,
            }
    }

    fn matches(&self, subject: &Subject<'_>, context: &Context<'_>) -> bool {
        match self {
            Self::Anywhere(text) => anywhere(text, subject.session),
            Self::Is(field, operands) => operands.iter().any(|operand| is(*field, operand, subject, context)),
            Self::Contains(field, texts) => {
                let parts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
                let contains = |text: &str| {
                    let text = fold(text);
                    parts.iter().any(|part| text.contains(part.as_str()))
                };
                texts_of(*field, subject, context.now).iter().any(|text| contains(text))
            }
            Self::Compare(field, comparison, operand) => compare(*field, *comparison, operand, subject, context),
        }
    }
}

/// The texts of a field of texts or addresses; none where it is empty.
fn texts_of<'a>(field: SessionField, subject: &Subject<'a>, now: Timestamp) -> Vec<&'a str> {
    if field == SessionField::Group {
        return subject.groups.iter().map(String::as_str).collect();
    }
    match (definition(field).value)(subject.session, now) {
        Value::Text(text) | Value::Address(text) => vec![text],
        Value::Names(names) => names.to_vec(),
        _ => Vec::new(),
    }
}

fn is(field: SessionField, operand: &Operand, subject: &Subject<'_>, context: &Context<'_>) -> bool {
    let session = subject.session;
    let value = (definition(field).value)(session, context.now);
    match operand {
        Operand::None if field == SessionField::Group => subject.groups.is_empty(),
        Operand::None => value == Value::Empty,
        Operand::Me => session.user.id == context.me,
        Operand::Text(text) => {
            let asked = fold(text);
            texts_of(field, subject, context.now).iter().any(|text| fold(text) == asked)
        }
        Operand::Id(id) if field == SessionField::Host => session.host.as_ref().is_some_and(|host| host.id.0 == *id),
        Operand::Id(id) => value == Value::Id(*id),
        Operand::Word(code) => matches!(value, Value::Word(_, own) if own == *code),
        Operand::Status(kind, status) => session.status == *status && kind.is_none_or(|kind| session.kind == kind),
        Operand::YesNo(yes) => value == Value::YesNo(*yes),
        Operand::Time(time) => match value {
            Value::Time(at) => {
                let span = context.span(*time);
                span.from <= at && at < span.to
            }
            _ => false,
        },
        Operand::Seconds(seconds) => value == Value::Seconds(*seconds),
        Operand::Network(network) => match value {
            Value::Address(text) => is_in(text, network),
            _ => false,
        },
    }
}

fn is_in(address: &str, network: &Network) -> bool {
    address.parse::<IpAddr>().is_ok_and(|address| network.contains(address))
}

fn compare(
    field: SessionField,
    comparison: Comparison,
    operand: &Operand,
    subject: &Subject<'_>,
    context: &Context<'_>,
) -> bool {
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    let numbers = |own: i64, other: i64| match comparison {
        Less => own < other,
        LessOrEqual => own <= other,
        Greater => own > other,
        GreaterOrEqual => own >= other,
    };
    match ((definition(field).value)(subject.session, context.now), operand) {
        (Value::Time(at), Operand::Time(time)) => {
            let span = context.span(*time);
            // After a day is after all of it.
            match comparison {
                Less => at < span.from,
                LessOrEqual => at < span.to,
                Greater => at >= span.to,
                GreaterOrEqual => at >= span.from,
            }
        }
        (Value::Seconds(own), Operand::Seconds(other)) | (Value::Id(own), Operand::Id(other)) => numbers(own, *other),
        _ => false,
    }
}

fn anywhere(text: &str, session: &Session) -> bool {
    let part = fold(text);
    let contains = |text: &str| fold(text).contains(&part);
    let network = Network::parse(text);
    let user = &session.user;
    let names = [&user.username, &user.display_name, &user.email, &session.resource.name];
    names.into_iter().any(|name| contains(name))
        || session.provision.as_ref().is_some_and(|provision| contains(&provision.name))
        || session.device.as_ref().is_some_and(|device| contains(&device.name))
        || [
            session.status.as_str(),
            labels::any_status_label(session.status),
            labels::status_label(session.kind, session.status),
        ]
        .into_iter()
        .any(contains)
        || session.id.to_string() == text
        || session
            .ip
            .as_deref()
            .is_some_and(|ip| ip.starts_with(&part) || network.is_some_and(|network| is_in(ip, &network)))
}

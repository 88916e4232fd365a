//! Rows of literals for one `INSERT`: what both databases read fastest without a statement a row.

use std::{fmt::Write, net::IpAddr};

use deskwarden_domain::list::fold;
use diesel::connection::SimpleConnection;

use crate::{Conn, Result};

/// Which database reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(super) fn of(conn: &Conn) -> Self {
        if matches!(conn, Conn::Sqlite(_)) { Self::Sqlite } else { Self::Postgres }
    }
}

/// An `INSERT` of many rows. Nothing in it comes from outside: it is all made up here.
#[derive(Debug)]
pub(super) struct Insert {
    text: String,
    head: usize,
    dialect: Dialect,
}

impl Insert {
    /// `into`: the table and its columns, as SQL has them.
    pub(super) fn new(dialect: Dialect, into: &str) -> Self {
        let text = format!("INSERT INTO {into} VALUES ");
        Self { head: text.len(), text, dialect }
    }

    /// Begins a row.
    pub(super) fn row(&mut self) -> &mut Self {
        self.text.push_str(if self.text.len() == self.head { "(" } else { ",(" });
        self
    }

    /// Ends a row.
    pub(super) fn end(&mut self) {
        self.text.pop();
        self.text.push(')');
    }

    pub(super) fn number(&mut self, number: impl Into<i64>) -> &mut Self {
        // Writing into a text cannot fail.
        let _ = write!(self.text, "{},", number.into());
        self
    }

    pub(super) fn optional(&mut self, number: Option<impl Into<i64>>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    pub(super) fn null(&mut self) -> &mut Self {
        self.text.push_str("NULL,");
        self
    }

    pub(super) fn flag(&mut self, flag: bool) -> &mut Self {
        self.text.push_str(if flag { "TRUE," } else { "FALSE," });
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.text.push('\'');
        for c in text.chars() {
            if c == '\'' {
                self.text.push('\'');
            }
            self.text.push(c);
        }
        self.text.push_str("',");
        self
    }

    /// A text as lists compare it.
    pub(super) fn folded(&mut self, text: &str) -> &mut Self {
        self.text(&fold(text))
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// An address, as the dictionary holds it.
    pub(super) fn address(&mut self, ip: IpAddr) -> &mut Self {
        let bytes = match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let (before, after) = match self.dialect {
            Dialect::Sqlite => ("x'", "',"),
            Dialect::Postgres => ("'\\x", "'::bytea,"),
        };
        self.text.push_str(before);
        for byte in bytes {
            let _ = write!(self.text, "{byte:02x}");
        }
        self.text.push_str(after);
        self
    }

    /// How long the text is, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Runs it, unless it has no row.
    pub(super) fn run(&self, conn: &mut Conn) -> Result<()> {
        if self.text.len() > self.head {
            conn.batch_execute(&self.text)?;
        }
        Ok(())
    }
}

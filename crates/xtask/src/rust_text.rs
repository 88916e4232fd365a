//! Just enough reading of Rust to cut a file into statements: no parser, but comments, strings and
//! brackets are told apart.
//!
//! A full parser would have to be built before every check; this one is a page long.

use std::iter::Peekable;
use std::str::Chars;

/// One piece of source text; comments are gone.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Word(String),
    Text(String),
    Sign(char),
}

/// A piece and the line it begins on, counted from 1.
#[derive(Clone, Debug)]
pub struct Token {
    pub piece: Piece,
    pub line: usize,
}

impl Token {
    pub fn is(&self, sign: char) -> bool {
        self.piece == Piece::Sign(sign)
    }

    pub fn word(&self) -> Option<&str> {
        match &self.piece {
            Piece::Word(word) => Some(word),
            Piece::Text(_) | Piece::Sign(_) => None,
        }
    }
}

/// The identifiers in `text`.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Cuts `text` into words, string contents and signs.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { chars: text.chars().peekable(), line: 1 };
    let mut found = Vec::new();
    loop {
        let line = reader.line;
        match reader.piece() {
            Some(Some(piece)) => found.push(Token { piece, line }),
            Some(None) => {}
            None => return found,
        }
    }
}

struct Reader<'t> {
    chars: Peekable<Chars<'t>>,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.next();
        self.line += usize::from(c == Some('\n'));
        c
    }

    fn peek(&mut self) -> Option<char> {
        self.chars.peek().copied()
    }

    /// `None` at the end, `Some(None)` for what carries no meaning.
    fn piece(&mut self) -> Option<Option<Piece>> {
        let c = self.next()?;
        Some(match c {
            '/' if self.peek() == Some('/') => self.skip_line(),
            '/' if self.peek() == Some('*') => self.skip_block(),
            '"' => Some(Piece::Text(self.string(None))),
            '\'' => self.quote(),
            c if is_word(c) => Some(self.word(c)),
            c if c.is_whitespace() => None,
            c => Some(Piece::Sign(c)),
        })
    }

    fn skip_line(&mut self) -> Option<Piece> {
        while self.peek().is_some_and(|c| c != '\n') {
            self.next();
        }
        None
    }

    fn skip_block(&mut self) -> Option<Piece> {
        let mut depth = 0_usize;
        let mut last = '/';
        while let Some(c) = self.next() {
            let (was, pair) = (last, (last, c));
            last = c;
            match pair {
                ('/', '*') => depth += 1,
                ('*', '/') if was == '*' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            last = ' ';
            if depth == 0 {
                break;
            }
        }
        None
    }

    fn word(&mut self, first: char) -> Piece {
        let mut word = String::from(first);
        while let Some(c) = self.peek().filter(|c| is_word(*c)) {
            word.push(c);
            self.next();
        }
        let raw = matches!(word.as_str(), "r" | "br" | "cr");
        match self.peek() {
            Some('#') if raw => {
                let mut hashes = 0;
                while self.peek() == Some('#') {
                    self.next();
                    hashes += 1;
                }
                if self.peek() == Some('"') {
                    self.next();
                    return Piece::Text(self.string(Some(hashes)));
                }
                Piece::Sign('#')
            }
            Some('"') if raw => {
                self.next();
                Piece::Text(self.string(Some(0)))
            }
            _ => Piece::Word(word),
        }
    }

    /// The rest of a string after its opening quote; `hashes` is set for a raw one.
    fn string(&mut self, hashes: Option<usize>) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' if hashes.is_none() => {
                    text.push(' ');
                    self.next();
                }
                '"' => {
                    let mut closing = 0;
                    while closing < hashes.unwrap_or(0) && self.peek() == Some('#') {
                        self.next();
                        closing += 1;
                    }
                    if closing == hashes.unwrap_or(0) {
                        break;
                    }
                    text.push('"');
                }
                c => text.push(c),
            }
        }
        text
    }

    /// A character literal carries nothing; the sign of a lifetime neither.
    fn quote(&mut self) -> Option<Piece> {
        if self.peek() == Some('\\') {
            self.next();
            self.next();
            while self.next().is_some_and(|c| c != '\'') {}
            return None;
        }
        let mut ahead = self.chars.clone();
        ahead.next();
        if ahead.next() == Some('\'') {
            self.next();
            self.next();
        }
        None
    }
}

/// Cuts tokens into statements: a statement ends at `;`, or at a brace or comma of its own level.
///
/// Braces inside parentheses belong to the statement, as in `.values(Row { id })`, unless they hold
/// statements of their own, as in `.transaction(|c| { …; … })`: those are taken out and stand alone.
pub fn statements(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut found = Vec::new();
    let mut current = Vec::new();
    let mut depth = 0_usize;
    let mut rest = tokens.iter();
    while let Some(token) = rest.next() {
        match token.piece {
            Piece::Sign('(' | '[') => depth += 1,
            Piece::Sign(')' | ']') => depth = depth.saturating_sub(1),
            Piece::Sign('{') if depth > 0 => {
                let inner = group(rest.as_slice());
                rest = rest.as_slice().get(inner.len()..).unwrap_or_default().iter();
                if inner.iter().any(|t| t.is(';')) {
                    found.extend(statements(inner));
                } else {
                    current.extend_from_slice(inner);
                }
                continue;
            }
            Piece::Sign(';' | ',' | '{' | '}') if depth == 0 => {
                found.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(token.clone());
    }
    found.push(current);
    found.retain(|statement| !statement.is_empty());
    found
}

/// The tokens up to the brace that closes the one just read, that brace included.
fn group(tokens: &[Token]) -> &[Token] {
    let mut depth = 1_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.piece {
            Piece::Sign('{') => depth += 1,
            Piece::Sign('}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return tokens.get(..=index).unwrap_or(tokens);
        }
    }
    tokens
}

#[cfg(test)]
#[path = "rust_text_tests.rs"]
mod tests;

//! The reading of Rust, on the awkward pieces of its grammar.

use super::*;

/// Statements as words, with strings in quotes.
fn shown(text: &str) -> Vec<String> {
    let show = |token: &Token| match &token.piece {
        Piece::Word(word) => word.clone(),
        Piece::Text(text) => format!("{text:?}"),
        Piece::Sign(_) => String::new(),
    };
    let line = |statement: &Vec<Token>| {
        let shown: Vec<_> = statement.iter().map(show).filter(|s| !s.is_empty()).collect();
        shown.join(" ")
    };
    statements(&tokens(text)).iter().map(line).filter(|s| !s.is_empty()).collect()
}

#[test]
fn comments_strings_and_lifetimes_are_told_apart() {
    assert_eq!(shown("a /* b; /* c; */ d; */ e; // f; g\nh"), ["a e", "h"]);
    assert_eq!(shown(r##"let s = "x; \" y"; let r = r#"a " b;"#;"##), [r#"let s "x;   y""#, r#"let r "a \" b;""#]);
    assert_eq!(shown("fn f<'a>(c: char) { c == ';' || c == '\\''; g }"), ["fn f a c char", "c c", "g"]);
}

#[test]
fn a_struct_literal_stays_and_a_block_stands_alone() {
    assert_eq!(shown("insert(t).values(Row { id, tenant }).run(c);"), ["insert t values Row id tenant run c"]);
    assert_eq!(shown("c.transaction(|c| { one(c); two(c) })?;"), ["one c", "two c", "c transaction c"]);
    assert_eq!(shown("match x { A => one, B => two }"), ["match x", "A one", "B two"]);
}

#[test]
fn lines_are_counted_through_strings() {
    let found = tokens("a\n\"x\ny\" b");
    let lines: Vec<_> = found.iter().map(|t| t.line).collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn words_are_whole() {
    assert_eq!(words("a_b::c(1)").collect::<Vec<_>>(), ["a_b", "c", "1"]);
}

//! The contrast of the colours that stand on each other, in every theme, as WCAG 2.2 computes it.

use std::{collections::BTreeMap, fs};

use super::frontend;

/// Text in these colours stands on these grounds.
const TEXTS: &[(&[&str], &[&str])] = &[
    (&["text", "text-2", "text-3", "accent"], &["bg", "surface", "raised", "hover", "accent-soft"]),
    (&["good", "wait", "bad"], &["surface", "raised", "hover", "accent-soft"]),
    (&["text"], &["good-soft", "wait-soft", "bad-soft"]),
    (&["wait"], &["wait-soft"]),
    (&["bad"], &["bad-soft"]),
    (&["on-fill"], &["accent-fill", "bad-fill"]),
];

/// What tells where a control is, or how it is.
const PARTS: &[(&[&str], &[&str])] = &[
    (&["edge"], &["bg", "surface", "raised"]),
    (&["accent", "good", "wait", "bad", "text-3"], &["bg", "surface", "raised", "hover", "accent-soft"]),
];

/// Colours by their names, of one theme.
type Colours = BTreeMap<String, [f64; 3]>;

#[test]
fn colours_can_be_told_apart_in_every_theme() {
    let base = fs::read_to_string(frontend().join("style/00-base.css")).unwrap();
    let themes = fs::read_to_string(frontend().join("style/05-themes.css")).unwrap();
    let mut faults = Vec::new();
    for (dark, name) in [(false, "light"), (true, "dark")] {
        let plain = colours(block(&base, ":root {"), dark);
        let mut high = plain.clone();
        high.extend(colours(block(&themes, ":root[data-theme=\"contrast\"]"), dark));
        faults.extend(too_little(&plain, 4.5, 3.0).into_iter().map(|fault| format!("{name}: {fault}")));
        faults.extend(too_little(&high, 7.0, 4.5).into_iter().map(|fault| format!("high contrast, {name}: {fault}")));
    }
    assert!(faults.is_empty(), "too little contrast:\n{}", faults.join("\n"));
}

fn too_little(colours: &Colours, text: f64, part: f64) -> Vec<String> {
    let colour = |name: &str| *colours.get(name).unwrap_or_else(|| panic!("no colour --{name}"));
    let check = |pairs: &[(&[&str], &[&str])], least: f64| -> Vec<String> {
        let pairs = pairs.iter().flat_map(|(fronts, grounds)| {
            fronts.iter().flat_map(move |front| grounds.iter().map(move |ground| (*front, *ground)))
        });
        let ratios = pairs.map(|(front, ground)| (front, ground, ratio(colour(front), colour(ground))));
        let bad = ratios.filter(|(.., ratio)| *ratio < least);
        bad.map(|(front, ground, ratio)| format!("--{front} on --{ground}: {ratio:.2}, less than {least}")).collect()
    };
    [check(TEXTS, text), check(PARTS, part)].concat()
}

/// What stands in the braces after a selector.
fn block<'a>(css: &'a str, selector: &str) -> &'a str {
    let (_, rest) = css.split_once(selector).unwrap_or_else(|| panic!("no {selector}"));
    rest.split_once('}').unwrap().0
}

/// The custom properties that are `light-dark(#rrggbb, #rrggbb)`.
fn colours(block: &str, dark: bool) -> Colours {
    let lines = block.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": light-dark("));
    let read = lines.filter_map(|(name, rest)| {
        let (light, darker) = rest.split_once(')')?.0.split_once(", ")?;
        Some((name.to_owned(), channels(if dark { darker } else { light })?))
    });
    let colours: Colours = read.collect();
    assert!(colours.len() > 15, "the colours could not be read: {colours:?}");
    colours
}

/// The channels of `#rrggbb`, from 0 to 1; none for what lets something shine through.
fn channels(hex: &str) -> Option<[f64; 3]> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(|value| f64::from(value) / 255.0);
    Some([channel(0)?, channel(2)?, channel(4)?])
}

/// The contrast ratio, from 1 to 21.
fn ratio(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance([red, green, blue]: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[test]
fn contrast_is_computed_as_the_guidelines_do() {
    let of = |one, other| (ratio(channels(one).unwrap(), channels(other).unwrap()) * 100.0).round() / 100.0;
    assert_eq!(of("#000000", "#ffffff"), 21.0);
    assert_eq!(of("#777777", "#ffffff"), 4.48);
    assert_eq!(of("#ffffff", "#ffffff"), 1.0);
    let grey = colours_of("#999999");
    assert!(!too_little(&grey, 4.5, 3.0).is_empty());
}

fn colours_of(hex: &str) -> Colours {
    let names = TEXTS.iter().chain(PARTS).flat_map(|(fronts, grounds)| fronts.iter().chain(grounds.iter()));
    names.map(|name| ((*name).to_owned(), channels(hex).unwrap())).collect()
}

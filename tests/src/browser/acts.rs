//! What a person does with one part of the page, with the keyboard, and with the window.

use std::time::Duration;

use fantoccini::{
    Locator,
    actions::{InputSource, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{Browser, PATIENCE, quoted};
use crate::eventually;

/// How often the page is looked at: often enough for times that a person would notice.
const STEP: Duration = Duration::from_millis(20);

impl Browser {
    /// The visible text of the first element with this CSS selector; empty where there is none.
    pub async fn text_of(&self, css: &str) -> String {
        let Ok(found) = self.driver().find(Locator::Css(css)).await else { return String::new() };
        found.text().await.unwrap_or_default()
    }

    /// Waits until the element with this CSS selector says all of this; gives how long that took.
    pub async fn sees_in(&self, css: &str, texts: &[&str]) -> Duration {
        let start = Instant::now();
        loop {
            let shown = self.text_of(css).await;
            if texts.iter().all(|text| shown.contains(text)) {
                return start.elapsed();
            }
            if start.elapsed() > PATIENCE {
                let picture = self.picture("not-seen").await;
                let log = self.complaints().await.join("\n");
                panic!("{css} does not say {texts:?}; see {}. It says:\n{shown}\n{log}", picture.display());
            }
            sleep(STEP).await;
        }
    }

    /// Waits until the page does not say this any more.
    pub async fn sees_no_more(&self, text: &str) {
        let what = format!("{text:?} to go from the page");
        eventually(&what, PATIENCE, async || (!self.text().await.contains(text)).then_some(())).await;
    }

    /// Waits until nothing visible has this CSS selector.
    pub async fn is_gone(&self, css: &str) {
        eventually(&format!("{css} to go"), PATIENCE, async || {
            for element in self.driver().find_all(Locator::Css(css)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Presses the button, link or menu item with this label inside the element with this CSS selector.
    pub async fn click_in(&self, css: &str, label: &str) {
        let path = format!(
            ".//*[self::button or self::a or @role='menuitem'][normalize-space(.)={0} or @aria-label={0}]",
            quoted(label)
        );
        eventually(&format!("{label:?} in {css} to be pressed"), PATIENCE, async || {
            let part = self.driver().find(Locator::Css(css)).await.ok()?;
            part.find(Locator::XPath(&path)).await.ok()?.click().await.ok()
        })
        .await;
    }

    /// Types into the field with this label in place of what stands there.
    pub async fn replace(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        for keys in [all.as_str(), text] {
            field.send_keys(keys).await.unwrap_or_else(|error| panic!("{label} cannot be typed into: {error}"));
        }
    }

    /// What the keyboard is on.
    pub async fn focused(&self) -> Element {
        self.driver().active_element().await.expect("something has the focus")
    }

    /// Types, wherever the keyboard is.
    pub async fn keys(&self, keys: &str) {
        self.focused().await.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Presses one key, wherever the keyboard is.
    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Presses a key until the keyboard is on what has this label or these words.
    pub async fn press_until(&self, key: Key, label: &str) {
        for _ in 0..60 {
            self.press(key).await;
            let on = self.focused().await;
            let named = on.attr("aria-label").await.ok().flatten();
            if named.as_deref() == Some(label) || on.text().await.is_ok_and(|text| text.trim() == label) {
                return;
            }
        }
        panic!("the keyboard does not come to {label:?}");
    }

    /// Takes the pointer off the list: rows do not move under a pointer that rests on them.
    pub async fn pointer_away(&self) {
        let away = PointerAction::MoveTo { duration: None, x: 4.0, y: 4.0 };
        let mouse = MouseActions::new("mouse".to_owned()).then(away);
        self.driver().perform_actions(mouse).await.expect("the pointer moves");
    }

    /// The number that an expression on the page gives. For looking only: what people do is done with clicks and keys.
    pub async fn number(&self, expression: &str) -> i64 {
        let answer = self.driver().execute(&format!("return Math.round({expression})"), Vec::new()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{expression}: {error}"));
        answer.as_i64().unwrap_or_else(|| panic!("{expression} gives no number: {answer}"))
    }

    /// Loads the page anew without waiting for it.
    pub async fn reload_soon(&self) {
        let reload = self.driver().execute("setTimeout(() => location.reload(), 0)", Vec::new());
        reload.await.expect("the page can be loaded anew");
    }

    /// Makes the page so large, in pixels, however large the window is.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.protocol("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Fails on complaints other than those that the test brings about: lines that contain one of these.
    pub async fn complains_only_of(&self, expected: &[&str]) {
        let mut others = self.complaints().await;
        others.retain(|line| !expected.iter().any(|part| line.contains(part)));
        assert!(others.is_empty(), "the browser's console complains:\n{}", others.join("\n"));
    }
}

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::wait_until;
use crate::webdriver::Session;

/// Headless Chromium; ended when dropped.
///
/// # Panics
///
/// Every method that acts on the page panics with WebDriver's message when the action is not possible.
#[derive(Debug)]
pub struct Browser {
    session: Session,
}

/// What a page sees as the user's `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    /// `light`
    Light,
    /// `dark`
    Dark,
}

/// An element of the page that is open; of no use once the page has been left.
#[derive(Clone, Debug)]
pub struct Element<'a> {
    session: &'a Session,
    id: String,
}

impl Browser {
    /// Starts a browser with an empty profile, a 1280 by 800 viewport and a light colour scheme.
    ///
    /// # Panics
    ///
    /// When Chromium or ChromeDriver is not installed or does not start.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let browser = Self { session: Session::start() };
        browser.set_viewport(1280, 800);
        browser.set_color_scheme(ColorScheme::Light);
        browser
    }

    /// Opens a page and waits until it is loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        expect(&format!("opening {url}"), self.session.post("url", &json!({"url": url})));
    }

    /// Sets the size of the viewport in CSS pixels; a phone is 390 by 844.
    #[track_caller]
    pub fn set_viewport(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Sets `prefers-color-scheme`.
    #[track_caller]
    pub fn set_color_scheme(&self, scheme: ColorScheme) {
        let value = match scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", &media);
    }

    /// The first element that a CSS selector finds.
    #[must_use]
    #[track_caller]
    pub fn find(&self, css: &str) -> Element<'_> {
        self.find_all(css).into_iter().next().unwrap_or_else(|| panic!("nothing on the page is {css}"))
    }

    /// All elements that a CSS selector finds, in the order of the page.
    #[must_use]
    #[track_caller]
    pub fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let ids = expect(css, self.session.find_all(css)).into_iter();
        ids.map(|id| Element { session: &self.session, id }).collect()
    }

    /// Waits until a CSS selector finds an element.
    #[track_caller]
    pub fn wait_for(&self, css: &str, timeout: Duration) -> Element<'_> {
        wait_until(timeout, &format!("element that is {css}"), || {
            self.find_all(css).into_iter().next().ok_or_else(|| self.text())
        })
    }

    /// The text of the page as a person sees it.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> String {
        let text = self.run("return document.body ? document.body.innerText : ''", &[]);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a JavaScript function in the page, its parameters in `arguments`, and gives what it returns;
    /// a promise is awaited.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        expect(script, self.session.post("execute/sync", &json!({"script": script, "args": arguments})))
    }

    /// Sends a command of the Chrome DevTools Protocol, such as `Network.setExtraHTTPHeaders`, and gives its result.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        expect(command, self.session.devtools(command, parameters))
    }

    /// Writes a picture of the viewport as PNG.
    #[track_caller]
    pub fn screenshot(&self, file: &Path) {
        self.capture(file, false);
    }

    /// Writes a picture of the whole page, beyond the viewport's lower edge, as PNG.
    #[track_caller]
    pub fn screenshot_full_page(&self, file: &Path) {
        self.capture(file, true);
    }

    /// The errors in the console since the last call: exceptions, `console.error`, failed requests, and what the
    /// page's Content-Security-Policy refused.
    #[must_use]
    #[track_caller]
    pub fn console_errors(&self) -> Vec<String> {
        let entries = expect("reading the console", self.session.post("se/log", &json!({"type": "browser"})));
        let entries = entries.as_array().into_iter().flatten().filter(|entry| entry["level"] == "SEVERE");
        entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[track_caller]
    fn capture(&self, file: &Path, beyond_viewport: bool) {
        let mut parameters = json!({"format": "png", "captureBeyondViewport": beyond_viewport});
        if beyond_viewport {
            let layout = self.devtools("Page.getLayoutMetrics", &json!({}));
            parameters["clip"] = layout["cssContentSize"].clone();
            parameters["clip"]["scale"] = json!(1);
        }
        let picture = self.devtools("Page.captureScreenshot", &parameters);
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap_or_default());
        fs::write(file, bytes.expect("DevTools sends Base64"))
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
    }
}

impl Element<'_> {
    /// The element's text as a person sees it.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> String {
        self.get("text").as_str().unwrap_or_default().to_owned()
    }

    /// The value of an attribute, if the element has it.
    #[must_use]
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.get(&format!("attribute/{name}")).as_str().map(str::to_owned)
    }

    /// Whether a person can see the element.
    #[must_use]
    #[track_caller]
    pub fn is_displayed(&self) -> bool {
        self.get("displayed") == true
    }

    /// Clicks in the middle of the element, which fails when something covers it.
    #[track_caller]
    pub fn click(&self) {
        self.post("click", &json!({}));
    }

    /// Types into the element.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.post("value", &json!({"text": text}));
    }

    /// Empties an input.
    #[track_caller]
    pub fn clear(&self) {
        self.post("clear", &json!({}));
    }

    #[track_caller]
    fn get(&self, what: &str) -> Value {
        expect(what, self.session.get(&format!("element/{}/{what}", self.id)))
    }

    #[track_caller]
    fn post(&self, action: &str, body: &Value) {
        expect(action, self.session.post(&format!("element/{}/{action}", self.id), body));
    }
}

#[track_caller]
fn expect<T>(what: &str, result: Result<T, String>) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::{Process, Tool, http};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// The key under which WebDriver hands out elements.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

// Chromium's sandbox needs a user that is not root, and /dev/shm is small in containers. The others keep it from
// connecting to anything but the page under test.
const CHROMIUM_ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
];

/// A WebDriver session with its own ChromeDriver and browser profile.
#[derive(Debug)]
pub(crate) struct Session {
    url: String,
    agent: Agent,
    // Dropped in this order: the driver ends before its browser's files are deleted.
    _driver: Process,
    _profile: TempDir,
}

impl Session {
    #[track_caller]
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = Command::new(Tool::ChromeDriver.path());
        // Chromium leaves folders behind in the one for temporary files.
        let driver = Process::spawn("chromedriver", command.arg("--port=0").env("TMPDIR", profile.path()));
        let port: u16 = driver.wait_for_line(START_TIMEOUT, "its port", |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let mut arguments = CHROMIUM_ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": Tool::Chromium.path(), "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let agent = http::agent(COMMAND_TIMEOUT);
        let sessions = format!("http://127.0.0.1:{port}/session");
        let answer = http::post(&agent, &sessions, &capabilities);
        let answer = answer.unwrap_or_else(|error| panic!("chromedriver does not answer: {error}"));
        let id = answer["value"]["sessionId"].as_str();
        let id = id.unwrap_or_else(|| panic!("Chromium does not start: {answer}"));
        Self { url: format!("{sessions}/{id}"), agent, _driver: driver, _profile: profile }
    }

    /// Sends a WebDriver command and gives the answer's value.
    pub(crate) fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        value(http::post(&self.agent, &format!("{}/{command}", self.url), body)?)
    }

    /// Asks for a WebDriver value.
    pub(crate) fn get(&self, command: &str) -> Result<Value, String> {
        value(http::get(&self.agent, &format!("{}/{command}", self.url), &[])?)
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// The ids of the elements that a CSS selector finds.
    pub(crate) fn find_all(&self, css: &str) -> Result<Vec<String>, String> {
        let found = self.post("elements", &json!({"using": "css selector", "value": css}))?;
        let ids = found.as_array().into_iter().flatten();
        Ok(ids.filter_map(|element| element[ELEMENT_KEY].as_str().map(str::to_owned)).collect())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Ends the browser, which would outlive a killed driver. An error means that it has ended already.
        let _ = http::delete(&self.agent, &self.url);
    }
}

fn value(mut answer: Value) -> Result<Value, String> {
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
        None => Ok(value),
    }
}

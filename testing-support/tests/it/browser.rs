use std::fs;
use std::time::Duration;

use its_test_support::{Browser, ColorScheme};
use serde_json::json;

use crate::endpoint::serve;

const TIMEOUT: Duration = Duration::from_secs(30);

const PAGE: &str = "<!doctype html><meta name=viewport content='width=device-width'><title>Cameras</title>
<style>
  body { margin: 0; height: 2000px; background: white }
  @media (prefers-color-scheme: dark) { body { background: black } }
</style>
<input id=filter value=old>
<button id=show class=primary onclick=\"document.querySelector('#late').textContent = filter.value\">Show</button>
<p id=late></p><p id=hidden hidden>secret</p>
<script>setTimeout(() => document.body.append(document.createElement('aside')), 50)</script>";

/// Width and height, which a PNG has at a fixed place.
fn size(file: &std::path::Path) -> (u32, u32) {
    let bytes = fs::read(file).expect("the picture was written");
    assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    (number(16), number(20))
}

#[test]
fn clicks_through_a_page() {
    let url = format!("http://{}/", serve(|_| ("text/html", PAGE.to_owned())));
    let browser = Browser::start();
    browser.open(&url);
    assert_eq!(browser.run("return document.title", &[]), "Cameras");
    assert_eq!(browser.run("return arguments[0] + 1", &[json!(2)]), 3);

    let filter = browser.find("#filter");
    filter.clear();
    filter.type_text("north");
    let button = browser.find("button");
    assert_eq!((button.text().as_str(), button.attribute("class").as_deref()), ("Show", Some("primary")));
    assert_eq!(button.attribute("disabled"), None);
    button.click();
    assert_eq!(browser.find("#late").text(), "north");
    assert!(browser.text().contains("north") && !browser.text().contains("secret"));
    assert!(!browser.find("#hidden").is_displayed());
    browser.wait_for("aside", TIMEOUT);
    assert_eq!(browser.find_all("p").len(), 2);
}

#[test]
fn takes_pictures_at_a_size_and_in_a_color_scheme() {
    let url = format!("http://{}/", serve(|_| ("text/html", PAGE.to_owned())));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("page.png");
    let background = "return getComputedStyle(document.body).backgroundColor";
    let browser = Browser::start();
    browser.open(&url);
    browser.screenshot(&file);
    assert_eq!(size(&file), (1280, 800));
    assert_eq!(browser.run(background, &[]), "rgb(255, 255, 255)");

    browser.set_viewport(390, 844);
    browser.set_color_scheme(ColorScheme::Dark);
    assert_eq!(browser.run(background, &[]), "rgb(0, 0, 0)");
    browser.screenshot(&file);
    assert_eq!(size(&file), (390, 844));
    browser.screenshot_full_page(&file);
    assert_eq!(size(&file), (390, 2000));
}

#[test]
fn reads_the_errors_in_the_console() {
    let page =
        "<!doctype html><link rel=icon href=data:,><script>console.log('fine'); console.error('no frames');
        undefinedFunction()</script>";
    let url = format!("http://{}/", serve(move |_| ("text/html", page.to_owned())));
    let browser = Browser::start();
    browser.open(&url);
    let errors = browser.console_errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("no frames") && errors[1].contains("undefinedFunction"), "{errors:?}");
    assert!(browser.console_errors().is_empty());
}

#[test]
#[should_panic(expected = "nothing on the page is #absent")]
fn says_which_element_is_absent() {
    let url = format!("http://{}/", serve(|_| ("text/html", PAGE.to_owned())));
    let browser = Browser::start();
    browser.open(&url);
    let _ = browser.find("#absent");
}

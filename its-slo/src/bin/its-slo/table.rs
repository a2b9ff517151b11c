//! Tables that are Markdown and readable in a terminal.

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;

pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header.to_vec());
    table.add_rows(rows);
    format!("{table}\n")
}

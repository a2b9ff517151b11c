//! The frame that a table has around it.

use maud::{Markup, html};

/// How a column is set.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Text(&'static str),
    Number(&'static str),
    /// A small picture.
    Line(&'static str),
}

/// A section of the status page that is one table.
pub(super) struct Section<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What all its numbers are of.
    pub(super) note: Markup,
    /// Classes of the table.
    pub(super) class: &'a str,
    /// What is to be known before the table is read.
    pub(super) before: Markup,
    pub(super) columns: &'a [Column],
    /// Its lines; `empty` stands there where there are none.
    pub(super) lines: Vec<Markup>,
    pub(super) empty: Option<&'a Markup>,
    /// What follows the table.
    pub(super) more: Markup,
}

impl Section<'_> {
    pub(super) fn markup(&self) -> Markup {
        let Self { id, title, note, class, before, columns, lines, empty, more } = self;
        html! {
            section aria-labelledby=(id) {
                h2 #(id) { (title) @if !lines.is_empty() && !note.0.is_empty() { small { (note) } } }
                @if lines.is_empty() {
                    @if let Some(empty) = empty { p.empty { (empty) } }
                } @else {
                    (before)
                    div.scroll role="region" aria-labelledby=(id) tabindex="0" {
                        table class=(class) {
                            thead { tr { @for column in *columns { (head(*column)) } } }
                            tbody { @for line in lines { (line) } }
                        }
                    }
                    (more)
                }
            }
        }
    }
}

fn head(column: Column) -> Markup {
    html! {
        @match column {
            Column::Text(name) => th scope="col" { (name) },
            Column::Number(name) => th.number scope="col" { (name) },
            Column::Line(name) => th.line scope="col" { (name) },
        }
    }
}

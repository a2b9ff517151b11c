//! What is read: a file, or standard input.

use std::fs;
use std::io::{self, Read};

use clap::{Args, ValueEnum};
use its_slo::file::{Definitions, Format};

/// The name of standard input in messages.
const STDIN: &str = "<stdin>";

/// A file of objectives.
#[derive(Debug, Args)]
pub(crate) struct ObjectivesFile {
    /// The file with the objectives, or `-` for standard input
    file: String,
    /// How the file is written; by default TOML when its name ends so, else YAML
    #[arg(long)]
    format: Option<Syntax>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Syntax {
    Yaml,
    Toml,
}

impl From<Syntax> for Format {
    fn from(syntax: Syntax) -> Self {
        match syntax {
            Syntax::Yaml => Self::Yaml,
            Syntax::Toml => Self::Toml,
        }
    }
}

impl Syntax {
    pub(crate) fn write(self, definitions: &Definitions) -> String {
        match self {
            Self::Yaml => definitions.to_yaml(),
            Self::Toml => definitions.to_toml(),
        }
    }
}

impl ObjectivesFile {
    pub(crate) fn read(&self) -> Result<(String, Definitions), String> {
        let (name, text) = read(&self.file)?;
        let format = self.format.map_or_else(|| Format::of(&name), Into::into);
        let definitions = Definitions::parse(&name, &text, format).map_err(|error| error.to_string())?;
        Ok((name, definitions))
    }
}

/// The name for messages, and the text.
pub(crate) fn read(file: &str) -> Result<(String, String), String> {
    if file == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(|error| format!("{STDIN}: {error}"))?;
        return Ok((STDIN.into(), text));
    }
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    Ok((file.into(), text))
}

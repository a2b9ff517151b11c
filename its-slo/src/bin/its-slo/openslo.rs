//! `its-slo openslo`

use its_slo::file::Definitions;
use its_slo::import::{Imported, openslo};

use crate::Answer;
use crate::input::{self, ObjectivesFile, Syntax};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes a file of objectives from documents of OpenSLO v1; warnings go to standard error
    Import(Import),
    /// Makes documents of OpenSLO v1 from a file of objectives
    Export(Export),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file with the documents, or `-` for standard input
    file: String,
    /// How the objectives are written
    #[arg(long, default_value = "yaml")]
    to: Syntax,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    input: ObjectivesFile,
    /// The service that the objectives belong to
    #[arg(long, default_value = "service")]
    service: String,
}

pub(crate) fn run(command: &Command) -> Result<Answer, String> {
    match command {
        Command::Import(Import { file, to }) => {
            let (name, text) = input::read(file)?;
            let imported = openslo::import(&name, &text).map_err(|error| error.to_string())?;
            Ok(answer(&name, imported, *to))
        }
        Command::Export(Export { input, service }) => {
            let (_, definitions) = input.read()?;
            Ok(openslo::export(&definitions.slos(), service).into())
        }
    }
}

/// The objectives, and what was dropped.
pub(crate) fn answer(file: &str, imported: Imported, to: Syntax) -> Answer {
    let mut notes: String = imported.warnings.iter().map(|warning| format!("{warning}\n")).collect();
    if !imported.services.is_empty() {
        let services = imported.services.join(", ");
        notes += &format!("{file}: service: {services}; give it to `its-slo rules --service`\n");
    }
    let text = to.write(&Definitions::of(imported.slos));
    Answer { text, notes, failed: false }
}

//! `its-slo sloth`

use its_slo::import::sloth;

use crate::Answer;
use crate::input::{self, Syntax};
use crate::openslo::answer;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Makes a file of objectives from sloth's, or from its resource; warnings go to standard error
    Import(Import),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// sloth's file, or `-` for standard input
    file: String,
    /// How the objectives are written
    #[arg(long, default_value = "yaml")]
    to: Syntax,
}

pub(crate) fn run(Command::Import(Import { file, to }): &Command) -> Result<Answer, String> {
    let (name, text) = input::read(file)?;
    let imported = sloth::import(&name, &text).map_err(|error| error.to_string())?;
    Ok(answer(&name, imported, *to))
}

//! `its-slo validate`

use crate::Answer;
use crate::input::ObjectivesFile;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ObjectivesFile,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let (name, definitions) = arguments.input.read()?;
    let (mut text, mut errors, mut warnings) = (String::new(), 0, 0);
    for definition in &definitions.objectives {
        for lint in definition.slo.lint(&definition.surroundings) {
            let place = definition.place.map(|place| format!("{place}:")).unwrap_or_default();
            text += &format!("{name}:{place} {lint}\n");
            *(if lint.is_error { &mut errors } else { &mut warnings }) += 1;
        }
    }
    let objectives = definitions.objectives.len();
    text += &format!("{name}: objectives: {objectives}, errors: {errors}, warnings: {warnings}\n");
    Ok(Answer { text, failed: errors > 0, ..Answer::default() })
}

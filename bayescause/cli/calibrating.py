"""``bayescause calibrate``: practice runs of a model's own questions on simulated tables."""

import warnings

import click

from bayescause.cli.arguments import DATA, JSON, MODEL, QUIET, SEED
from bayescause.cli.speaking import say, say_json
from bayescause.errors import BayescauseWarning, ConvergenceError, IdentificationError

__all__ = ["calibrate"]


@click.command(short_help="Practise on simulated tables whose answer is known.")
@MODEL
@DATA
@click.option("--replications", type=click.IntRange(20, 100_000), default=None, help="Practice runs; by default 200.")
@SEED
@JSON
@QUIET
def calibrate(model: str, data: str | None, replications: int | None, seed: int, as_json: bool, quiet: bool) -> int:
    """Rank the answers to MODEL's questions over tables simulated from it (simulation-based calibration).

    Ends with 5 if a quantity leaves its band: then the chances on the page do not mean what they say.
    """
    from bayescause.analysis.calibration import calibrate as practise
    from bayescause.cli.progress import telling
    from bayescause.compilation.planning import plan_for
    from bayescause.study.placing import designed
    from bayescause.study.running import answerable_of, table_of
    from bayescause.study.schema import CalibrationPart
    from bayescause.study.study import Study

    study = Study.read(model)
    table = table_of(study, data)
    planned = plan_for(study.model, table, study.questions)
    questions = answerable_of(study, planned)
    if not questions:
        raise IdentificationError(
            f"None of the questions of {study.path.name} can be answered: see `bayescause check`."
        )
    count = replications or study.replications or CalibrationPart().replications
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BayescauseWarning)  # the practice runs derive it again, and warn then
        designed(study, table, study.questions, planned)
    with telling(quiet=quiet) as tell:
        tell(f"{count:,} practice runs")
        calibration = practise(study.model, table, questions, replications=count, seed=seed)
    if as_json:
        from bayescause.reporting.exporting import calibration_to_json

        say_json(calibration_to_json(calibration))
    else:
        say(str(calibration))
    return 0 if calibration.passes else ConvergenceError.exit_code

package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceSettings.Kind;

/** The settings of sequence models that validation chose for each public data set. */
public final class ChosenSequences {
    private ChosenSequences() {}

    /**
     * @param onAll whether the fit, for as many epochs as validation chose, is on all sequences
     *     that are known; else on those before the validation, which ends it
     */
    public record Choice(SequenceSettings network, FitSettings fit, boolean onAll) {}

    public static Choice of(String dataset, Kind kind) {
        return switch (kind) {
            case TRANSFORMER -> transformer(dataset);
            case RECURRENT -> recurrent(dataset);
        };
    }

    private static Choice transformer(String dataset) {
        SequenceSettings usual = SequenceSettings.DEFAULT;
        return switch (dataset) {
            case "amazon-beauty", "amazon-sports", "amazon-videogames" ->
                    new Choice(usual, new FitSettings(60, 8, 1e-3, 200, 0, 5, 1), false);
            case NextItemData.SESSIONS ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.TRANSFORMER, 100, 1, 2, 200, 20, .1, .3, 14, 0, 0, 1024),
                            new FitSettings(6, 6, 1e-3, 200, 0, 5, 1),
                            true);
            default -> throw unknown(dataset);
        };
    }

    private static Choice recurrent(String dataset) {
        return switch (dataset) {
            case "amazon-beauty", "amazon-sports", "amazon-videogames" ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.RECURRENT, 64, 1, 1, 128, 50, .3, .3, 0, 0, 0, 2048),
                            new FitSettings(40, 5, 1e-3, 200, 0, 5, 1),
                            false);
            case NextItemData.SESSIONS ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.RECURRENT, 100, 1, 1, 128, 20, .2, .3, 0, 0, 0, 1024),
                            new FitSettings(6, 6, 1e-3, 200, 0, 5, 1),
                            true);
            default -> throw unknown(dataset);
        };
    }

    private static VitrineException unknown(String dataset) {
        return new VitrineException(
                TrainingError.UNKNOWN_NAME, "nothing was chosen for the data set " + dataset);
    }
}

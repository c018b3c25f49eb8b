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
     * @param factors whether the item vectors begin with those of implicit ALS, each one long, and
     *     not with chance
     * @param again whether the network is fitted once more, on all that is known before the test,
     *     for the epochs that validation chose
     */
    public record Choice(
            SequenceSettings network, FitSettings fit, boolean factors, boolean again) {}

    public static Choice of(String dataset, Kind kind) {
        return switch (kind) {
            case TRANSFORMER -> transformer(dataset);
            case RECURRENT -> recurrent(dataset);
        };
    }

    private static Choice transformer(String dataset) {
        return switch (dataset) {
            case "amazon-beauty", "amazon-sports" ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.TRANSFORMER, 64, 2, 2, 256, 50, .2, .2, 0, 0, 1024, 512),
                            new FitSettings(30, 8, 2e-3, 100, 0, 5, 1),
                            false,
                            false);
            case "amazon-videogames" ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.TRANSFORMER, 64, 2, 2, 256, 50, .2, .3, 0, 0, 1024, 512),
                            new FitSettings(25, 6, 2e-3, 100, 0, 5, 1),
                            false,
                            false);
            case NextItemData.SESSIONS ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.TRANSFORMER, 100, 1, 2, 200, 20, .2, .2, 14, 0, 4096, 256),
                            new FitSettings(8, 3, 1e-3, 300, 0, 5, 1),
                            true,
                            true);
            default -> throw unknown(dataset);
        };
    }

    private static Choice recurrent(String dataset) {
        return switch (dataset) {
            case "amazon-beauty", "amazon-sports", "amazon-videogames" ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.RECURRENT, 64, 1, 1, 128, 50, .2, .2, 0, 0, 1024, 512),
                            new FitSettings(30, 8, 2e-3, 100, 0, 5, 1),
                            false,
                            false);
            case NextItemData.SESSIONS ->
                    new Choice(
                            new SequenceSettings(
                                    Kind.RECURRENT, 100, 1, 1, 128, 20, .1, .3, 14, 0, 2048, 512),
                            new FitSettings(8, 3, 1e-3, 300, 0, 5, 1),
                            true,
                            true);
            default -> throw unknown(dataset);
        };
    }

    private static VitrineException unknown(String dataset) {
        return new VitrineException(
                TrainingError.UNKNOWN_NAME, "nothing was chosen for the data set " + dataset);
    }
}

package dev.vitrine.applications.recommend;

import java.util.Arrays;
import java.util.Optional;

/** The named public endpoints that exist from the start. */
public enum ServingConfig {
    RECOMMENDED_FOR_YOU("recommended-for-you"),
    SIMILAR_ITEMS("similar-items"),
    OTHERS_YOU_MAY_LIKE("others-you-may-like"),
    FREQUENTLY_BOUGHT_TOGETHER("frequently-bought-together"),
    BUY_IT_AGAIN("buy-it-again"),
    RECENTLY_VIEWED("recently-viewed"),
    TRENDING("trending"),
    PERSONALIZED_RANKING("personalized-ranking");

    private final String wire;

    ServingConfig(String wire) {
        this.wire = wire;
    }

    /** Whether its shelf is about the products that a request names. */
    boolean isAboutItems() {
        return switch (this) {
            case SIMILAR_ITEMS, OTHERS_YOU_MAY_LIKE, FREQUENTLY_BOUGHT_TOGETHER -> true;
            case RECOMMENDED_FOR_YOU,
                    BUY_IT_AGAIN,
                    RECENTLY_VIEWED,
                    TRENDING,
                    PERSONALIZED_RANKING ->
                    false;
        };
    }

    /** The name in a path. */
    public String wire() {
        return wire;
    }

    public static Optional<ServingConfig> of(String name) {
        return Arrays.stream(values()).filter(config -> config.wire.equals(name)).findFirst();
    }
}

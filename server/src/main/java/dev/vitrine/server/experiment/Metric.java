package dev.vitrine.server.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What can be compared between arms. All count from a visitor's first answer in the experiment on,
 * and who did nothing counts with 0.
 */
public enum Metric {
    /** Clicked at least once on what the experiment's shelves showed. */
    CLICKED("clicked", Kind.SHARE, Counted.CLICKS),
    /** Clicks on what the experiment's shelves showed. */
    CLICKS("clicksPerVisitor", Kind.MEAN, Counted.CLICKS),
    /** The same for each answer of these shelves. */
    CLICK_RATE("clicksPerAnswer", Kind.PER_ANSWER, Counted.CLICKS),
    /** Put something into the cart, found in whichever way. */
    ADDED("addedToCart", Kind.SHARE, Counted.CARTS),
    /** Bought something, found in whichever way. */
    BOUGHT("bought", Kind.SHARE, Counted.ORDERS),
    /** Orders. */
    ORDERS("ordersPerVisitor", Kind.MEAN, Counted.ORDERS),
    /** What orders were worth, in the shop's currency; refunds are not taken off. */
    REVENUE("revenuePerVisitor", Kind.MEAN, Counted.REVENUE);

    /** How a visitor's count becomes a number to compare. */
    enum Kind {
        /** 1 where there is any, else 0. */
        SHARE,
        /** The count itself. */
        MEAN,
        /** The count over the answers that the visitor was given. */
        PER_ANSWER
    }

    private final String wire;
    private final Kind kind;
    private final Counted counted;

    Metric(String wire, Kind kind, Counted counted) {
        this.wire = wire;
        this.kind = kind;
        this.counted = counted;
    }

    /** The name in JSON. */
    @JsonValue
    public String wire() {
        return wire;
    }

    Kind kind() {
        return kind;
    }

    Counted counted() {
        return counted;
    }

    /** Whether it is a share of the visitors, to be told in per cent. */
    public boolean isShare() {
        return kind == Kind.SHARE;
    }

    /** What of the time before tells part of it: purchases of purchases, all else of clicks. */
    Counted.Before before() {
        return counted == Counted.CLICKS ? Counted.Before.INTERACTIONS : Counted.Before.ORDERS;
    }

    /**
     * @throws VitrineException EXPERIMENT_INVALID naming those that there are
     */
    @JsonCreator
    public static Metric of(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.wire.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        VitrineException.field(
                                DeploymentError.EXPERIMENT_INVALID,
                                "metrics",
                                "there is no metric '"
                                        + name
                                        + "'; there are "
                                        + Arrays.stream(values())
                                                .map(Metric::wire)
                                                .collect(Collectors.joining(", "))));
    }
}

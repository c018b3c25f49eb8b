package dev.vitrine.server.experiment;

/** What is counted of a visitor. The order is that of the stored form: new ones go last. */
enum Counted {
    ANSWERS,
    /** Impressions of these answers that the storefront told of. */
    IMPRESSIONS,
    CLICKS,
    CARTS,
    ORDERS,
    REVENUE,
    /** Of interleaved lists: clicks on what the second ranking brought, less those of the first. */
    CREDIT;

    /** What one visitor can weigh at most: beyond that it is a robot. */
    private static final float MOST = 1_000;

    /** A value within its bounds. */
    float bounded(float value) {
        return this == REVENUE ? value : Math.clamp(value, -MOST, MOST);
    }

    /** What is known of a visitor from before the first answer, each as log(1 + count). */
    enum Before {
        /** Clicks, views and carts. */
        INTERACTIONS,
        ORDERS
    }
}

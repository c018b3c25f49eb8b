package dev.vitrine.benchmarks.rollout;

import java.util.Random;

/** What is wrong with a simulated candidate. */
enum Harm {
    NONE,
    /** Every answer takes 15 % longer, and so does the median. */
    LATENCY,
    /** One request more in a hundred fails. */
    ERRORS,
    /** A tenth fewer clicks. */
    CLICKS,
    /** One answer in fifty takes 200 ms longer; the median stays. */
    TAIL,
    /** One user group of four (a tenth of the visitors) gets empty answers, always. */
    EMPTY_GROUP;

    double latency(double millis, Random random) {
        return switch (this) {
            case LATENCY -> millis * 1.15;
            case TAIL -> random.nextInt(50) == 0 ? millis + 200 : millis;
            case NONE, ERRORS, CLICKS, EMPTY_GROUP -> millis;
        };
    }

    double errors(double rate) {
        return this == ERRORS ? rate + .01 : rate;
    }

    double clicks(double rate) {
        return this == CLICKS ? rate * .9 : rate;
    }

    boolean empties(int group) {
        return this == EMPTY_GROUP && group == SimulatedTraffic.SMALLEST_GROUP;
    }
}

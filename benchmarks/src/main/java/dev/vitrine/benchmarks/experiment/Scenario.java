package dev.vitrine.benchmarks.experiment;

import dev.vitrine.deployment.experiment.Arm;
import dev.vitrine.deployment.experiment.ArmData;
import dev.vitrine.kernel.statistics.Moments;
import dev.vitrine.kernel.statistics.PairMoments;
import java.util.List;
import java.util.SplittableRandom;

/** A shop's visitors as they are in each arm of an experiment, with the truth about them. */
enum Scenario {
    /** One in twenty clicks, and in the treatment a tenth more. */
    CLICK_RATE("ClickRate", 1, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            xy[1] = random.nextDouble() < truth(arm) ? 1 : 0;
        }

        @Override
        double truth(int arm) {
            return arm == 0 ? .05 : .055;
        }
    },
    /** As that, without a difference. */
    SAME_CLICK_RATE("SameClickRate", 1, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            xy[1] = random.nextDouble() < truth(arm) ? 1 : 0;
        }

        @Override
        double truth(int arm) {
            return .05;
        }
    },
    /** As the first, with a ninth of the control's visitors in the treatment. */
    SMALL_TREATMENT("SmallTreatment", 9, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            CLICK_RATE.draw(arm, random, xy);
        }

        @Override
        double truth(int arm) {
            return CLICK_RATE.truth(arm);
        }
    },
    /** Three arms, of which one is a tenth better. */
    THREE_ARMS("ThreeArms", 1, 1, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            CLICK_RATE.draw(arm == 1 ? 1 : 0, random, xy);
        }

        @Override
        double truth(int arm) {
            return CLICK_RATE.truth(arm == 1 ? 1 : 0);
        }
    },
    /**
     * One in 25 buys, for a lognormal amount of sigma 1: half of the revenue comes from one visitor
     * in 160. In the treatment a tenth more buy.
     */
    REVENUE("Revenue", 1, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            xy[1] = random.nextDouble() < buyers(arm) ? Math.exp(random.nextGaussian()) : 0;
        }

        @Override
        double truth(int arm) {
            return buyers(arm) * Math.exp(.5);
        }

        private static double buyers(int arm) {
            return arm == 0 ? .04 : .044;
        }
    },
    /** As that, without a difference. */
    SAME_REVENUE("SameRevenue", 1, 1) {
        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            REVENUE.draw(0, random, xy);
        }

        @Override
        double truth(int arm) {
            return REVENUE.truth(0);
        }
    },
    /**
     * Revenue of visitors of three kinds, who bought by their kind before as well: what they spent
     * in the year before is the covariate.
     */
    COVARIATE("Covariate", 1, 1) {
        private static final double[] SHARES = {.8, .15, .05};
        private static final double[] BUYERS = {.01, .08, .4};

        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            double kind = random.nextDouble();
            double buyers = BUYERS[kind < SHARES[0] ? 0 : kind < SHARES[0] + SHARES[1] ? 1 : 2];
            xy[0] = 0;
            for (int month = 0; month < 12; month++) {
                xy[0] += amount(buyers, random);
            }
            xy[1] = amount(buyers * (arm == 0 ? 1 : 1.1), random);
        }

        private static double amount(double buyers, SplittableRandom random) {
            return random.nextDouble() < buyers ? Math.exp(.5 * random.nextGaussian()) : 0;
        }

        @Override
        double truth(int arm) {
            double mean = 0;
            for (int kind = 0; kind < SHARES.length; kind++) {
                mean += SHARES[kind] * BUYERS[kind] * Math.exp(.125);
            }
            return arm == 0 ? mean : 1.1 * mean;
        }

        @Override
        ArmData data(PairMoments pairs) {
            return new ArmData.WithCovariate(pairs);
        }
    },
    /**
     * Clicks per request of visitors of whom three in ten come four times as often and click more.
     */
    CLICKS_PER_REQUEST("ClicksPerRequest", 1, 1) {
        private static final double KEEN = .3;
        private static final double[] REQUESTS = {3, 12};
        private static final double[] RATES = {.03, .07};

        @Override
        void draw(int arm, SplittableRandom random, double[] xy) {
            int kind = random.nextDouble() < KEEN ? 1 : 0;
            // Geometric from 1 on.
            double stays = Math.log1p(-1 / REQUESTS[kind]);
            int requests = 1 + (int) (Math.log(1 - random.nextDouble()) / stays);
            double rate = RATES[kind] * (arm == 0 ? 1 : 1.1);
            xy[0] = requests;
            xy[1] = 0;
            for (int i = 0; i < requests; i++) {
                xy[1] += random.nextDouble() < rate ? 1 : 0;
            }
        }

        @Override
        double truth(int arm) {
            double casual = (1 - KEEN) * REQUESTS[0];
            double keen = KEEN * REQUESTS[1];
            double rate = (casual * RATES[0] + keen * RATES[1]) / (casual + keen);
            return arm == 0 ? rate : 1.1 * rate;
        }

        @Override
        ArmData data(PairMoments pairs) {
            return new ArmData.Ratio(pairs);
        }
    };

    private final String title;
    private final List<Arm> arms;

    Scenario(String title, double... weights) {
        this.title = title;
        Arm[] made = new Arm[weights.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = new Arm(i == 0 ? "control" : "treatment-" + i, weights[i]);
        }
        arms = List.of(made);
    }

    /** What figures are called after. */
    String title() {
        return title;
    }

    List<Arm> arms() {
        return arms;
    }

    /**
     * One visitor.
     *
     * @param xy filled with the covariate or what is divided by, if there is one, and the metric
     */
    abstract void draw(int arm, SplittableRandom random, double[] xy);

    /** The metric's true value in an arm. */
    abstract double truth(int arm);

    /** What was drawn in one arm, as it is analysed. */
    ArmData data(PairMoments pairs) {
        Moments values = pairs.y();
        return new ArmData.PerVisitor(values);
    }
}

package dev.vitrine.data.simulation;

/** What all parts of one simulation share; immutable. */
record World(
        long seed, SimulationSettings settings, Assortment shop, ItemLives lives, Stock stock) {
    /** Events of one robot, on average. */
    private static final int ROBOT_EVENTS = 200;

    static World of(long seed, SimulationSettings settings, Assortment shop, ItemLives lives) {
        return new World(seed, settings, shop, lives, new Stock(shop, lives));
    }

    long start() {
        return lives.start();
    }

    long end() {
        return lives.end();
    }

    Mind mind(int shopper) {
        return Mind.of(seed, shopper, shop);
    }

    double wants(Mind mind, int item) {
        return mind.wants(seed, item, shop);
    }

    /** Robots, at least one when any are wanted. */
    int robots() {
        double events = settings.events() * settings.rates().robots();
        return (int) Math.min(1_000_000, Math.ceil(events / ROBOT_EVENTS));
    }

    /** Page views of a robot: even around the mean, but never so few that it looks like people. */
    int robotEvents(int robot) {
        return ROBOT_EVENTS / 2 + Chance.below(ROBOT_EVENTS, seed, robot, 401);
    }
}

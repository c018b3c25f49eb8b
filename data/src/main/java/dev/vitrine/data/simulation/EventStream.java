package dev.vitrine.data.simulation;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * All events of a simulation in order of time. Visits begin one after the other at rising times;
 * what is written of them waits in a queue until no later visit can begin before it. The queue
 * holds the visits under way, and the ratings of the days to come.
 */
final class EventStream implements Iterator<Event> {
    /** Events of a visit on average, measured; the number of visits follows from it. */
    private static final double EVENTS_PER_VISIT = 9.5;

    private static final double ACTIVITY_SKEW = 1.6;

    private final World world;
    private final SplittableRandom random;
    private final SessionWriter writer;
    private final VisitTimes times;
    private final long[] robotStarts;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::time).thenComparingLong(Waiting::order));
    private long sessions;
    private long order;
    private long nextVisit;
    private int nextRobot;

    private record Waiting(long time, long order, Event event) {}

    EventStream(World world) {
        this.world = world;
        this.random = new SplittableRandom(world.seed());
        this.writer = new SessionWriter(world, random.split());
        double clean = world.settings().events() * (1 - world.settings().rates().robots());
        this.times =
                new VisitTimes(
                        world.start(),
                        world.end(),
                        Math.round(clean / EVENTS_PER_VISIT),
                        random.split());
        this.nextVisit = times.next();
        this.robotStarts = new long[world.robots()];
        long span = world.end() - world.start();
        for (int i = 0; i < robotStarts.length; i++) {
            double place = 0.98 * Chance.share(world.seed(), i, 402);
            robotStarts[i] = world.start() + (long) (place * span);
        }
        Arrays.sort(robotStarts);
    }

    @Override
    public boolean hasNext() {
        while (true) {
            long robot = nextRobot < robotStarts.length ? robotStarts[nextRobot] : Long.MAX_VALUE;
            long next = Math.min(nextVisit, robot);
            Waiting first = waiting.peek();
            if (next == Long.MAX_VALUE || (first != null && first.time <= next)) {
                return first != null;
            }
            if (robot < nextVisit) {
                add(robotVisit(nextRobot++, robot));
            } else {
                visit();
            }
        }
    }

    @Override
    public Event next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Waiting first = waiting.poll();
        if (first == null) {
            throw new NoSuchElementException();
        }
        return first.event;
    }

    private void visit() {
        int shoppers = world.settings().shoppers();
        int shopper = (int) (shoppers * Math.pow(random.nextDouble(), ACTIVITY_SKEW));
        add(writer.write(shopper, sessions++, nextVisit));
        nextVisit = times.next();
    }

    private void add(List<Event> events) {
        for (Event event : events) {
            if (event.time() <= world.end()) {
                waiting.add(new Waiting(event.time(), order++, event));
            }
        }
    }

    /** Page after page, all over the catalogue, at an even pace. */
    private List<Event> robotVisit(int robot, long start) {
        String visitor = PersonIds.robot(world.settings().shoppers(), robot);
        long gap = 300 + Chance.below(1500, world.seed(), robot, 403);
        int count = world.robotEvents(robot);
        long session = sessions++;
        List<Event> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int item = random.nextInt(world.shop().size());
            long time = start + i * gap + random.nextInt(20);
            Event plain =
                    Event.of(
                            EventType.DETAIL_PAGE_VIEW,
                            visitor,
                            time,
                            List.of(
                                    new ProductDetail(
                                            world.shop().id(item), 1, world.shop().price(item))));
            events.add(
                    new Event(
                            "r" + Long.toString(session * 1024 + i, 36),
                            plain.type(),
                            visitor,
                            "",
                            "s" + Long.toString(session, 36),
                            time,
                            plain.products(),
                            "",
                            "",
                            List.of(),
                            "",
                            Double.NaN,
                            "",
                            "",
                            plain.attributes()));
        }
        return events;
    }
}

package dev.vitrine.deployment.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Synchronisations over a link that loses parcels, cut off at any moment and begun again, in
 * simulated time. At every step, nothing is there before all that it needs is.
 */
class SyncSimulation {
    private static final int WORLDS = 400;
    private static final SyncSettings SETTINGS =
            new SyncSettings(4, 30, Duration.ofMillis(100), Duration.ofSeconds(5));

    @Test
    void everythingArrivesOnceAndNothingBeforeItsTime() {
        for (int seed = 0; seed < WORLDS; seed++) {
            new World(seed).run();
        }
    }

    @Test
    void whatCannotBeCarriedKeepsBackOnlyWhatNeedsIt() {
        List<Parcel> parcels =
                List.of(
                        new Parcel("broken", 1, Set.of()),
                        new Parcel("fine", 1, Set.of()),
                        new Parcel("both", 1, Set.of("broken", "fine")),
                        new Parcel("above", 1, Set.of("both")),
                        new Parcel("beside", 1, Set.of("fine")));
        SyncMachine machine = new SyncMachine(parcels, SETTINGS, 1);
        Set<String> arrived = new HashSet<>();
        List<SyncEvent> events = new ArrayList<>(List.of(new SyncEvent.Begun()));
        SyncAction.End end = null;
        while (end == null) {
            for (SyncAction action : machine.step(events.removeFirst(), Instant.EPOCH)) {
                if (action instanceof SyncAction.Carry carry) {
                    String name = carry.parcel().name();
                    if (name.equals("broken")) {
                        events.add(new SyncEvent.Lost(name, false, "it was changed"));
                    } else {
                        arrived.add(name);
                        events.add(new SyncEvent.Arrived(name));
                    }
                } else if (action instanceof SyncAction.End ended) {
                    end = ended;
                }
            }
        }
        assertThat(arrived).containsExactlyInAnyOrder("fine", "beside");
        assertThat(end.failed())
                .isEqualTo(
                        new TreeMap<>(
                                Map.of(
                                        "broken", "it was changed",
                                        "both", "it needs broken",
                                        "above", "it needs broken")));
        assertThat(end.retries()).isZero();
    }

    @Test
    void pausesGrowToTheLongestAndAttemptsEnd() {
        SyncMachine machine = new SyncMachine(List.of(new Parcel("a", 1, Set.of())), SETTINGS, 3);
        Instant now = Instant.EPOCH;
        SyncEvent event = new SyncEvent.Begun();
        int attempts = 0;
        while (true) {
            SyncAction action = machine.step(event, now).getFirst();
            if (action instanceof SyncAction.Carry carry) {
                assertThat(carry.attempt()).isEqualTo(++attempts);
                event = new SyncEvent.Lost("a", true, "no answer");
            } else if (action instanceof SyncAction.Wait wait) {
                Duration pause = Duration.between(now, wait.until());
                long most = Math.min(5_000, 100L << Math.min(20, attempts - 1));
                assertThat(pause.toMillis()).isBetween(most / 2, most);
                now = wait.until();
                event = new SyncEvent.Woken();
            } else if (action instanceof SyncAction.End end) {
                assertThat(end.failed()).containsEntry("a", "no answer");
                break;
            }
        }
        assertThat(attempts).isEqualTo(SETTINGS.attempts());
    }

    /** One link with two ends, and a run that is cut off now and then. */
    private static final class World {
        private final int seed;
        private final SplittableRandom random;
        private final List<Parcel> all = new ArrayList<>();
        private final Set<String> there = new HashSet<>();
        private final Map<String, Integer> written = new HashMap<>();
        private Instant now = Instant.EPOCH;

        World(int seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            int releases = 1 + random.nextInt(4);
            int chunks = 1 + random.nextInt(30);
            int artifacts = 1 + random.nextInt(6);
            for (int i = 0; i < chunks; i++) {
                all.add(new Parcel("chunk" + i, 1, Set.of()));
            }
            for (int i = 0; i < artifacts; i++) {
                all.add(new Parcel("artifact" + i, 1, some("chunk", chunks)));
            }
            for (int i = 0; i < releases; i++) {
                all.add(new Parcel("release" + i, 1, some("artifact", artifacts)));
            }
        }

        private Set<String> some(String kind, int of) {
            Set<String> some = new HashSet<>();
            int count = random.nextInt(of + 1);
            for (int i = 0; i < count; i++) {
                some.add(kind + random.nextInt(of));
            }
            return some;
        }

        void run() {
            int runs = 0;
            while (there.size() < all.size()) {
                assertThat(runs++).as("runs of world " + seed).isLessThan(60);
                once(random.nextInt(3) == 0 ? random.nextInt(200) : Integer.MAX_VALUE);
            }
            assertThat(written.values()).as("world " + seed).allMatch(times -> times == 1);
        }

        /** One run: what is there is left out, as a plan does; cut off after so many steps. */
        private void once(int steps) {
            List<Parcel> parcels = new ArrayList<>();
            for (Parcel parcel : all) {
                if (!there.contains(parcel.name())) {
                    Set<String> needs = new HashSet<>(parcel.needs());
                    needs.removeAll(there);
                    parcels.add(new Parcel(parcel.name(), 1, needs));
                }
            }
            SyncMachine machine = new SyncMachine(parcels, SETTINGS, seed);
            List<SyncAction.Carry> underWay = new ArrayList<>();
            SyncEvent event = new SyncEvent.Begun();
            for (int step = 0; step < steps; step++) {
                Instant wake = null;
                for (SyncAction action : machine.step(event, now)) {
                    switch (action) {
                        case SyncAction.Carry carry -> underWay.add(carry);
                        case SyncAction.Wait wait -> wake = wait.until();
                        case SyncAction.End end -> {
                            assertThat(underWay).isEmpty();
                            return;
                        }
                    }
                }
                assertThat(underWay.size()).isLessThanOrEqualTo(SETTINGS.parallel());
                event = wake != null ? woken(wake) : carried(underWay);
            }
        }

        private SyncEvent woken(Instant wake) {
            assertThat(wake).isAfter(now);
            now = wake;
            return new SyncEvent.Woken();
        }

        private SyncEvent carried(List<SyncAction.Carry> underWay) {
            assertThat(underWay).as("world " + seed + " stands still").isNotEmpty();
            Parcel parcel = underWay.remove(random.nextInt(underWay.size())).parcel();
            now = now.plusMillis(random.nextInt(50));
            boolean arrives = random.nextInt(3) > 0;
            boolean told = random.nextInt(8) > 0;
            if (arrives) {
                assertThat(there)
                        .as(parcel.name() + " in world " + seed)
                        .containsAll(parcel.needs());
                if (there.add(parcel.name())) {
                    written.merge(parcel.name(), 1, Integer::sum);
                }
            }
            return arrives && told
                    ? new SyncEvent.Arrived(parcel.name())
                    : new SyncEvent.Lost(parcel.name(), true, "the link was cut");
        }
    }
}

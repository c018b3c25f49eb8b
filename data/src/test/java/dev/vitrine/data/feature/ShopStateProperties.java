package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** State depends on the events applied and on nothing else. */
class ShopStateProperties {
    private static final FeatureSettings SMALL =
            new FeatureSettings(
                    new FeatureSettings.ShopperLimits(9, 7, 3, 3, 4, 2),
                    FeatureSettings.Decay.defaults(),
                    new FeatureSettings.PairLimits(
                            6, 3, Duration.ofMinutes(30), 4, Duration.ofMinutes(5), 5, 3),
                    TypeWeights.defaults(),
                    50);

    private static final List<Path> FOLDERS = new ArrayList<>();

    @BeforeContainer
    static void makeFolder() throws IOException {
        FOLDERS.add(Files.createTempDirectory("state"));
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        Files.deleteIfExists(file());
        Files.delete(FOLDERS.removeFirst());
    }

    @Property(tries = 60)
    void saveAndLoadInBetweenChangeNothing(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 900) int count) throws IOException {
        List<LoggedEvent> events = LoggedEvents.random(seed, count);
        Path file = file();
        Random stops = new Random(seed);
        ShopState straight = new ShopState(SMALL, LoggedEvents.NUMBERS);
        ShopState interrupted = new ShopState(SMALL, LoggedEvents.NUMBERS);
        for (LoggedEvent event : events) {
            straight.apply(event);
            interrupted.apply(event);
            if (stops.nextInt(60) == 0) {
                interrupted.save(file);
                interrupted = ShopState.load(file, SMALL, LoggedEvents.NUMBERS);
            }
        }
        assertThat(bytes(interrupted, file)).isEqualTo(bytes(straight, file));
        assertThat(interrupted.counts()).isEqualTo(straight.counts());
        for (long person = 0; person < 106; person++) {
            assertThat(interrupted.shopper(person, 0))
                    .usingRecursiveComparison()
                    .isEqualTo(straight.shopper(person, 0));
        }
    }

    @Property(tries = 40)
    void replayFromASnapshotPassesOverWhatItHolds(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 600) int count) throws IOException {
        List<LoggedEvent> events = LoggedEvents.random(seed, count);
        Path file = file();
        ShopState live = new ShopState(SMALL, LoggedEvents.NUMBERS);
        for (int i = 0; i < events.size(); i++) {
            live.apply(events.get(i));
            if (i == events.size() / 2) {
                live.save(file);
            }
        }
        ShopState restarted = ShopState.load(file, SMALL, LoggedEvents.NUMBERS);
        assertThat(restarted.nextOffset()).isEqualTo(events.size() / 2 + 1);
        events.forEach(restarted::apply);
        assertThat(bytes(restarted, file)).isEqualTo(bytes(live, file));
    }

    @Property(tries = 60)
    void aShopperShowsTheLastInteractionsByTime(
            @ForAll long seed, @ForAll @IntRange(max = 400) int count) {
        Random random = new Random(seed);
        LoggedEvents log = new LoggedEvents();
        ShopState state = new ShopState(SMALL, LoggedEvents.NUMBERS);
        List<long[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long time = LoggedEvents.START + random.nextInt(1000) * 1000L;
            int item = random.nextInt(30);
            state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, time, item));
            // What is older than all that is kept is gone for good: keep the oracle as short.
            all.add(new long[] {time, item});
            all.sort(Comparator.comparingLong(entry -> entry[0]));
            if (all.size() > 7) {
                all.removeFirst();
            }
        }
        Shopper shopper = state.shopper(1, 0);
        assertThat(shopper.items()).isEqualTo(all.stream().mapToInt(e -> (int) e[1]).toArray());
        assertThat(shopper.times()).isEqualTo(all.stream().mapToLong(e -> e[0]).toArray());
        assertThat(shopper.version()).isEqualTo(count);
    }

    @Property(tries = 40)
    void popularityIsTheDecayedSumWhateverTheOrderWithinAShopThatNeverPauses(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
        Random random = new Random(seed);
        LoggedEvents log = new LoggedEvents();
        ShopState state = new ShopState(SMALL, LoggedEvents.NUMBERS);
        double halfLife = SMALL.decay().popularity().toMillis();
        long now = LoggedEvents.START + Duration.ofDays(900).toMillis();
        double expected = 0;
        List<Long> times = new ArrayList<>();
        for (long time = now - Duration.ofDays(900).toMillis();
                time < now;
                time += Duration.ofDays(1 + random.nextInt(6)).toMillis()) {
            // 900 days are 450 of the shortest half-lives: the scale is moved on the way.
            times.add(time);
        }
        times.add(now);
        for (int i = 0; i < times.size(); i++) {
            state.apply(log.event(2, 0, EventType.HOME_PAGE_VIEW, times.get(i)));
        }
        for (int i = 0; i < count; i++) {
            long time = times.get(random.nextInt(times.size()));
            state.apply(log.event(1, 0, EventType.ADD_TO_CART, time, 3));
            expected += 3 * Math.pow(2, (time - now) / halfLife);
        }
        assertThat((double) state.popularity(3, now))
                .isCloseTo(expected, within(1e-5 * expected + 1e-9));
    }

    /** In a folder of this class; each try writes over what the one before left. */
    private static Path file() {
        return FOLDERS.getFirst().resolve("state");
    }

    private static byte[] bytes(ShopState state, Path file) throws IOException {
        state.save(file);
        return Files.readAllBytes(file);
    }
}

package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures what docs/decisions/005-feature-state.md reports; not a test. Run it with {@code java
 * -Xmx3g} and the module's test class path.
 */
final class ShopStateMeasure {
    private static final int ITEMS = 100_000;
    private static final EventType[] MIX = {
        EventType.DETAIL_PAGE_VIEW,
        EventType.DETAIL_PAGE_VIEW,
        EventType.DETAIL_PAGE_VIEW,
        EventType.CLICK,
        EventType.ADD_TO_CART,
        EventType.SEARCH,
        EventType.PURCHASE_COMPLETE,
        EventType.HOME_PAGE_VIEW
    };

    private ShopStateMeasure() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Integer> numbers = new java.util.HashMap<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            ids.add("item-" + i);
            numbers.put(ids.get(i), i);
        }
        List<LoggedEvent> events = new ArrayList<>();
        Random random = new Random(1);
        int people = 100_000;
        int count = 2_000_000;
        for (int i = 0; i < count; i++) {
            events.add(event(i, people, ids, random));
        }
        for (int round = 0; round < 4; round++) {
            System.gc();
            long before = used();
            ShopState state =
                    new ShopState(FeatureSettings.defaults(), id -> numbers.getOrDefault(id, -1));
            long start = System.nanoTime();
            for (LoggedEvent event : events) {
                state.apply(event);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.gc();
            Path file = Files.createTempFile("state", "");
            long saveStart = System.nanoTime();
            state.save(file);
            double saved = (System.nanoTime() - saveStart) / 1e9;
            long loadStart = System.nanoTime();
            ShopState.load(file, state.settings(), id -> -1);
            double loaded = (System.nanoTime() - loadStart) / 1e9;
            System.out.printf(
                    "%,.0f events/s; %d shoppers, %d MiB in all; snapshot %d MiB, saved in %.2f s,"
                            + " loaded in %.2f s%n",
                    count / seconds,
                    state.counts().shoppers(),
                    (used() - before) >> 20,
                    Files.size(file) >> 20,
                    saved,
                    loaded);
            Files.delete(file);
        }
    }

    private static LoggedEvent event(int offset, int people, List<String> ids, Random random) {
        EventType type = MIX[random.nextInt(MIX.length)];
        long person = 1 + random.nextInt(people);
        int item = (int) (ITEMS * Math.pow(random.nextDouble(), 3));
        boolean hasItem = type != EventType.SEARCH && type != EventType.HOME_PAGE_VIEW;
        long time = LoggedEvents.START + offset * 3L;
        return new LoggedEvent(
                offset,
                person,
                0,
                type,
                time,
                time,
                "e-" + offset,
                "",
                hasItem ? List.of(new ProductDetail(ids.get(item), 1, 9)) : List.of(),
                type == EventType.SEARCH ? "query " + random.nextInt(20_000) : "",
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

package dev.vitrine.server.pipeline;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.ranking.ClickLog;
import dev.vitrine.training.ranking.ClickedOrder;
import dev.vitrine.training.ranking.Examination;
import dev.vitrine.training.ranking.ShownLists;
import dev.vitrine.training.ranking.ShownLists.Shown;
import dev.vitrine.training.trees.TreeRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.ToIntFunction;

/**
 * Lists that a shop showed and the clicks on them, as rows from which a ranker learns an order. How
 * often a place is looked at is found for each placement by itself, and a click weighs the inverse
 * of that. Features are those of the moment when the list was shown; of what was shown that counts
 * which the blend proposes, because that is what a ranker puts in order.
 */
final class ShopClicks {
    /** Lists that are looked at for a ranker, the newest. */
    private static final int MOST_LISTS = 2_000;

    /** Lists of a placement by which the looks at its places are found, the newest. */
    private static final int MOST_READ = 50_000;

    /** Placements that are read, the first that the log has. */
    private static final int MOST_PLACEMENTS = 8;

    /** A place with fewer clicks, and all behind it, is too rare to say how it is looked at. */
    private static final int FEWEST_AT_PLACE = 20;

    /** With fewer places nothing says how differently they are looked at. */
    private static final int FEWEST_PLACES = 2;

    /** What a click weighs at most, beside one at the first place. */
    private static final double MOST_WEIGHT = 10;

    private final List<Listed> listed = new ArrayList<>();
    private final List<Looked> looked = new ArrayList<>();
    private final Map<String, String> told = new LinkedHashMap<>();

    private record Listed(Shown shown, Examination examination) {}

    /**
     * A list with what was known when it was shown.
     *
     * @param log of this list alone
     * @param rows a row of features for each row of the log
     */
    record Looked(long time, ClickLog log, float[] rows, Examination examination) {}

    private ShopClicks() {}

    /** No lists. */
    static ShopClicks none() {
        return new ShopClicks();
    }

    /**
     * Reads a log.
     *
     * @param number of a product id, negative when it is not known
     * @param counts whether somebody, by number, is listened to
     * @param from lists that were shown before are used for the looks at places only, epoch
     *     milliseconds
     * @param to lists and clicks of later are not read
     */
    static ShopClicks read(
            Iterator<LoggedEvent> log,
            ToIntFunction<String> number,
            LongPredicate counts,
            long from,
            long to) {
        Map<String, ShownLists> placements = new LinkedHashMap<>();
        while (log.hasNext()) {
            LoggedEvent event = log.next();
            if (event.time() > to || !counts.test(event.visitor()) && !counts.test(event.user())) {
                continue;
            }
            if (event.type() == EventType.IMPRESSION && placements.size() < MOST_PLACEMENTS) {
                placements.computeIfAbsent(
                        event.placement(), name -> new ShownLists(name, number, MOST_READ));
            }
            if (event.type() == EventType.IMPRESSION || event.type() == EventType.CLICK) {
                placements.values().forEach(lists -> lists.add(event));
            }
        }
        ShopClicks clicks = new ShopClicks();
        placements.forEach((name, lists) -> clicks.take(name, lists.lists(), from));
        clicks.listed.sort(Comparator.comparingLong(each -> each.shown().time()));
        int spare = clicks.listed.size() - MOST_LISTS;
        clicks.listed.subList(0, Math.max(0, spare)).clear();
        return clicks;
    }

    private void take(String placement, List<Shown> lists, long from) {
        int places = places(lists);
        if (places < FEWEST_PLACES) {
            told.put(
                    placement,
                    places
                            + " places were clicked "
                            + FEWEST_AT_PLACE
                            + " times; it takes "
                            + FEWEST_PLACES);
            return;
        }
        try {
            Examination examination = Examination.of(ShownLists.log(lists, places));
            told.put(
                    placement,
                    "places are looked at " + Arrays.toString(rounded(examination.looks())));
            for (Shown shown : lists) {
                if (shown.time() >= from && teaches(shown)) {
                    listed.add(new Listed(shown, examination));
                }
            }
        } catch (VitrineException e) {
            if (!(e.code() instanceof TrainingError)) {
                throw e;
            }
            told.put(placement, String.valueOf(e.getMessage()));
        }
    }

    private static double[] rounded(double[] looks) {
        return Arrays.stream(looks).map(look -> Math.round(look * 100) / 100.0).toArray();
    }

    /** The first places that were clicked often enough, one after the other. */
    private static int places(List<Shown> lists) {
        Map<Integer, Integer> clicks = new HashMap<>();
        for (Shown shown : lists) {
            for (int row = 0; row < shown.size(); row++) {
                if (shown.clicked(row)) {
                    clicks.merge(shown.place(row), 1, Integer::sum);
                }
            }
        }
        int places = 0;
        while (clicks.getOrDefault(places, 0) >= FEWEST_AT_PLACE) {
            places++;
        }
        return places;
    }

    private static boolean teaches(Shown shown) {
        int clicked = 0;
        for (int row = 0; row < shown.size(); row++) {
            clicked += shown.clicked(row) ? 1 : 0;
        }
        return clicked > 0 && clicked < shown.size();
    }

    /**
     * Has a replay look at the lists on its way, which it must not have reached.
     *
     * @param items in the catalogue
     */
    void watch(
            Replay replay,
            Blend blend,
            CandidateFeatures features,
            HistoryRecipe recipe,
            int items) {
        ItemMask allowed = ItemMask.all(items);
        for (Listed each : listed) {
            replay.watch(
                    each.shown().time(),
                    state -> look(each, state, replay, blend, features, recipe, allowed));
        }
    }

    private void look(
            Listed list,
            ShopState state,
            Replay replay,
            Blend blend,
            CandidateFeatures features,
            HistoryRecipe recipe,
            ItemMask allowed) {
        Shown shown = list.shown();
        Shopper shopper = state.shopper(shown.visitor(), shown.user());
        History history = recipe.of(shopper, state.settings().weights());
        if (history.size() == 0) {
            return;
        }
        for (int item : history.items()) {
            allowed.remove(item);
        }
        Candidates candidates =
                blend.candidates(blend.sheet(history, allowed), CandidateRanker.MOST);
        for (int item : history.items()) {
            allowed.add(item);
        }
        Map<Integer, Integer> places = new HashMap<>();
        for (int place = 0; place < candidates.size(); place++) {
            places.put(candidates.items()[place], place);
        }
        int[] rows = new int[shown.size()];
        int count = 0;
        int clicked = 0;
        for (int row = 0; row < shown.size(); row++) {
            if (places.containsKey(shown.item(row))) {
                rows[count++] = row;
                clicked += shown.clicked(row) ? 1 : 0;
            }
        }
        if (clicked == 0 || clicked == count) {
            return;
        }
        float[] all =
                features.rows(
                        candidates,
                        CandidateRanker.MOST,
                        shopper,
                        state,
                        replay.facts(),
                        shown.time());
        int width = features.names().size();
        float[] own = new float[count * width];
        int[] subject = new int[count];
        int[] place = new int[count];
        boolean[] clicks = new boolean[count];
        for (int i = 0; i < count; i++) {
            subject[i] = shown.item(rows[i]);
            place[i] = shown.place(rows[i]);
            clicks[i] = shown.clicked(rows[i]);
            int at = places.getOrDefault(subject[i], 0);
            System.arraycopy(all, at * width, own, i * width, width);
        }
        looked.add(
                new Looked(
                        shown.time(),
                        new ClickLog(new int[] {count}, subject, place, clicks),
                        own,
                        list.examination()));
    }

    /** Lists that were looked at, in the order of time. */
    List<Looked> looked() {
        return looked;
    }

    /** What was found of each placement. */
    String text() {
        return looked.size() + " lists with clicks; " + told;
    }

    /**
     * Rows of lists whose clicks were all made before a moment, which weigh 1 in the mean.
     *
     * @param names of the features
     */
    static TreeRows rows(List<String> names, List<Looked> lists, long before) {
        TreeRows all = new TreeRows(names, new float[0], new float[0], new int[0]);
        List<TreeRows> each = new ArrayList<>();
        for (Looked list : lists) {
            if (list.time() + ShownLists.LATEST_CLICK < before) {
                each.add(
                        ClickedOrder.rows(
                                names, list.rows(), list.log(), list.examination(), MOST_WEIGHT));
            }
        }
        return each.isEmpty() ? all : TreeRows.of(each).weighingOne();
    }
}

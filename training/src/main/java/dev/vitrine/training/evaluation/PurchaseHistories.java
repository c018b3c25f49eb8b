package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.sequence.OpinionQuestions;
import dev.vitrine.training.evaluation.PurchasePrediction.Event;
import java.util.Arrays;
import java.util.List;

/**
 * The events of a shop person by person, as a model of opinions reads them: of an event it knows
 * the item and its kind, which is what was done and how long it was until the person's next event.
 * What somebody did strictly before a moment tells nothing of what came after it: the next event of
 * the newest is that of the moment at the latest.
 */
final class PurchaseHistories {
    private static final List<String> BEHAVIORS = List.of("view", "cart", "buy");

    /** Seconds until the next event that part kinds: a minute, ten, half an hour, a day, a week. */
    private static final long[] GAPS = {60, 600, 1_800, 86_400, 604_800};

    private static final int KINDS = BEHAVIORS.size() * (GAPS.length + 1);

    private final int items;

    /** Where each person's events begin; one more for where the last one's end. */
    private final int[] starts;

    private final int[] events;
    private final int[] kinds;
    private final long[] times;

    /**
     * @param all in the order of time
     */
    PurchaseHistories(List<Event> all) {
        items = 1 + all.stream().mapToInt(Event::item).max().orElse(-1);
        starts = new int[2 + all.stream().mapToInt(Event::person).max().orElse(-1)];
        for (Event event : all) {
            starts[event.person() + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        events = new int[all.size()];
        kinds = new int[events.length];
        times = new long[events.length];
        int[] next = starts.clone();
        for (Event event : all) {
            int person = event.person();
            int at = next[person]++;
            events[at] = event.item();
            times[at] = event.time();
            kinds[at] = BEHAVIORS.indexOf(event.behavior()) * (GAPS.length + 1);
            if (at > starts[person]) {
                kinds[at - 1] += gap(event.time() - times[at - 1]);
            }
        }
    }

    private static int gap(long seconds) {
        int gap = 0;
        while (gap < GAPS.length && seconds > GAPS[gap]) {
            gap++;
        }
        return gap;
    }

    /** What somebody will think of the items of events, asked at each of them. */
    OpinionQuestions before(List<Event> asked) {
        int[] from = new int[asked.size()];
        int[] to = new int[from.length];
        int[] wanted = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            Event event = asked.get(i);
            from[i] = starts[event.person()];
            to[i] = from[i];
            while (to[i] < starts[event.person() + 1] && times[to[i]] < event.time()) {
                to[i]++;
            }
            wanted[i] = event.item();
        }
        return new OpinionQuestions(items, KINDS, events, kinds, from, to, wanted);
    }
}

package dev.vitrine.server.pipeline;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.ToIntFunction;

/**
 * What people searched for and what they chose of what they found, read from the log. A product is
 * chosen by a click or a view that follows a search of the same person before they go elsewhere (to
 * a category or the home page, or away for half an hour), and once more when it is put into the
 * cart and when it is bought later. The latest {@value #MOST} searches are kept.
 */
final class SearchLog {
    static final int MOST = 100_000;

    private static final long PAUSE_MILLIS = 30 * 60_000L;

    /** People whose last search is remembered at once. */
    private static final int MOST_PEOPLE = 50_000;

    /** Products that one search is said to have led to. */
    private static final int MOST_CHOSEN = 10;

    /** Searches that one person counts for: nobody's habits are those of all. */
    private static final int MOST_EACH = 500;

    /**
     * One search.
     *
     * @param query in lower case, without blanks at its ends
     * @param chosen item numbers, one as often as it was chosen
     * @param time epoch milliseconds
     */
    record Search(String query, int[] chosen, long time) {
        /** What was chosen, each once, rising. */
        int[] answers() {
            return Arrays.stream(chosen).sorted().distinct().toArray();
        }
    }

    private final ToIntFunction<String> itemNumber;
    private final Deque<Search> searches = new ArrayDeque<>();
    private final Map<Long, Last> last =
            new LinkedHashMap<>(16, .75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Last> eldest) {
                    if (size() > MOST_PEOPLE) {
                        keep(eldest.getValue());
                        return true;
                    }
                    return false;
                }
            };

    /** The last search of a person. */
    private static final class Last {
        private String query = "";
        private long time;
        private long active;
        private boolean looking;
        private int searches;
        private final List<Integer> chosen = new ArrayList<>();
    }

    private SearchLog(ToIntFunction<String> itemNumber) {
        this.itemNumber = itemNumber;
    }

    /**
     * Reads a log.
     *
     * @param itemNumber negative for what is no product
     * @param counts whether somebody, by number, is listened to
     * @return searches that led to a product, in the order of time
     */
    static List<Search> read(
            Iterator<LoggedEvent> log, ToIntFunction<String> itemNumber, LongPredicate counts) {
        SearchLog read = new SearchLog(itemNumber);
        while (log.hasNext()) {
            LoggedEvent event = log.next();
            long person = event.user() != 0 ? event.user() : event.visitor();
            if (person != 0 && (counts.test(event.user()) || counts.test(event.visitor()))) {
                read.add(person, event);
            }
        }
        read.last.values().forEach(read::keep);
        List<Search> searches = new ArrayList<>(read.searches);
        searches.sort(Comparator.comparingLong(Search::time));
        return searches;
    }

    private void add(long person, LoggedEvent event) {
        Last own = last.get(person);
        if (event.type() == EventType.SEARCH) {
            begin(person, own == null ? new Last() : own, event);
        } else if (own != null && !own.query.isEmpty()) {
            if (Math.abs(event.time() - own.active) > PAUSE_MILLIS) {
                keep(own);
            } else {
                follow(own, event);
            }
        }
    }

    private void begin(long person, Last own, LoggedEvent event) {
        keep(own);
        String query = event.searchQuery().strip().toLowerCase(Locale.ROOT);
        if (!query.isEmpty() && own.searches < MOST_EACH) {
            own.searches++;
            own.query = query;
            own.time = event.time();
            own.active = event.time();
            own.looking = true;
        }
        last.put(person, own);
    }

    private void follow(Last own, LoggedEvent event) {
        own.active = event.time();
        switch (event.type()) {
            case CLICK, DETAIL_PAGE_VIEW -> {
                if (own.looking) {
                    choose(own, event.products(), false);
                }
            }
            case ADD_TO_CART, PURCHASE_COMPLETE -> choose(own, event.products(), true);
            case HOME_PAGE_VIEW, CATEGORY_PAGE_VIEW -> own.looking = false;
            case SEARCH,
                    COMPLETION,
                    IMPRESSION,
                    REMOVE_FROM_CART,
                    SHOPPING_CART_PAGE_VIEW,
                    REFUND,
                    RATING,
                    AD_IMPRESSION,
                    AD_CLICK,
                    STOCK_CHANGE -> {}
        }
    }

    /**
     * @param again whether a product counts once more, if it was chosen before
     */
    private void choose(Last own, List<ProductDetail> products, boolean again) {
        for (ProductDetail product : products) {
            int item = itemNumber.applyAsInt(product.id());
            boolean before = own.chosen.contains(item);
            if (item >= 0 && own.chosen.size() < MOST_CHOSEN && (before ? again : own.looking)) {
                own.chosen.add(item);
            }
        }
    }

    /** Ends a search. */
    private void keep(Last own) {
        if (!own.chosen.isEmpty()) {
            if (searches.size() == MOST) {
                searches.removeFirst();
            }
            searches.add(
                    new Search(
                            own.query,
                            own.chosen.stream().mapToInt(Integer::intValue).toArray(),
                            own.time));
        }
        own.query = "";
        own.chosen.clear();
    }
}

package dev.vitrine.retrieval.session;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Arrays;

/**
 * The sessions that share most with a history, newer items counting more, propose what stands near
 * the newest item that both have: sequence- and time-aware neighbourhoods (STAN, Garg et al. 2019)
 * without the clock. A model without training, which knows a session as soon as it is over. Safe
 * for concurrent callers.
 */
public final class NearestSessions implements CandidateSource {
    private final SessionSearch search;
    private final int items;

    /** Where each session starts among the items of all. */
    private final int[] start;

    private final int[] item;

    /** Where the sessions of each item start, older ones first. */
    private final int[] sessionsStart;

    private final int[] sessions;

    /**
     * @param items item numbers are from 0 to below this
     * @param all sessions by time, the oldest first, each with its oldest item first
     */
    public NearestSessions(int items, int[][] all, SessionSearch search) {
        this.search = search;
        this.items = items;
        this.start = new int[all.length + 1];
        for (int s = 0; s < all.length; s++) {
            start[s + 1] = Math.addExact(start[s], all[s].length);
        }
        this.item = new int[start[all.length]];
        this.sessionsStart = new int[items + 1];
        int[] last = new int[items];
        Arrays.fill(last, -1);
        for (int s = 0; s < all.length; s++) {
            System.arraycopy(all[s], 0, item, start[s], all[s].length);
            for (int i : all[s]) {
                if (last[i] != s) {
                    last[i] = s;
                    sessionsStart[i + 1]++;
                }
            }
        }
        for (int i = 0; i < items; i++) {
            sessionsStart[i + 1] += sessionsStart[i];
        }
        this.sessions = new int[sessionsStart[items]];
        int[] next = sessionsStart.clone();
        Arrays.fill(last, -1);
        for (int s = 0; s < all.length; s++) {
            for (int i : all[s]) {
                if (last[i] != s) {
                    last[i] = s;
                    sessions[next[i]++] = s;
                }
            }
        }
    }

    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        Sums places = new Sums(history.size());
        TopItems near = near(history, places);
        Sums scores = new Sums(64);
        for (int n = 0; n < near.size(); n++) {
            add(near.item(n), near.score(n), places, scores);
        }
        for (int slot = 0; slot < scores.keys.length; slot++) {
            int found = scores.keys[slot];
            if (found >= 0 && scores.values[slot] > 0 && allowed.contains(found)) {
                best.offer(found, scores.values[slot]);
            }
        }
    }

    /**
     * The sessions that share most.
     *
     * @param places where each item stands last in the history, from 1; filled in here
     */
    private TopItems near(History history, Sums places) {
        Sums shared = new Sums(256);
        double weight = 1;
        for (int at = history.size() - 1; at >= 0; at--) {
            int own = history.items()[at];
            if (own >= 0 && own < items && places.get(own) == 0) {
                places.add(own, at + 1f);
                float counts = (float) (weight * history.weights()[at]);
                int end = sessionsStart[own + 1];
                for (int s = Math.max(sessionsStart[own], end - search.recent()); s < end; s++) {
                    shared.add(sessions[s], counts);
                }
            }
            weight *= search.fade();
        }
        TopItems near = new TopItems(search.nearest());
        for (int slot = 0; slot < shared.keys.length; slot++) {
            int session = shared.keys[slot];
            if (session >= 0) {
                int length = start[session + 1] - start[session];
                near.offer(session, (float) (shared.values[slot] / Math.sqrt(length)));
            }
        }
        near.sort();
        return near;
    }

    private void add(int session, float similarity, Sums places, Sums scores) {
        int newest = -1;
        float newestPlace = 0;
        for (int p = start[session]; p < start[session + 1]; p++) {
            float place = places.get(item[p]);
            if (place > 0 && place >= newestPlace) {
                newest = p;
                newestPlace = place;
            }
        }
        float score = similarity;
        for (int p = newest + 1; p < start[session + 1]; p++) {
            score *= (float) search.distance();
            scores.add(item[p], score);
        }
        score = (float) (similarity * search.before());
        for (int p = newest - 1; p >= start[session] && score > 0; p--) {
            score *= (float) search.distance();
            scores.add(item[p], score);
        }
    }

    /** Numbers by number, in an open-addressing table that grows. */
    private static final class Sums {
        private int[] keys;
        private float[] values;
        private int size;

        Sums(int expected) {
            keys = new int[Integer.highestOneBit(Math.max(4, expected) * 2) * 2];
            values = new float[keys.length];
            Arrays.fill(keys, -1);
        }

        private int slot(int key) {
            int mask = keys.length - 1;
            int slot = (key * 0x9E3779B9) >>> 7 & mask;
            while (keys[slot] != key && keys[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        float get(int key) {
            int slot = slot(key);
            return keys[slot] < 0 ? 0 : values[slot];
        }

        void add(int key, float value) {
            int slot = slot(key);
            if (keys[slot] < 0) {
                keys[slot] = key;
                size++;
            }
            values[slot] += value;
            if (size * 2 > keys.length) {
                grow();
            }
        }

        private void grow() {
            int[] earlierKeys = keys;
            float[] earlier = values;
            keys = new int[2 * earlierKeys.length];
            values = new float[keys.length];
            Arrays.fill(keys, -1);
            for (int i = 0; i < earlierKeys.length; i++) {
                if (earlierKeys[i] >= 0) {
                    int slot = slot(earlierKeys[i]);
                    keys[slot] = earlierKeys[i];
                    values[slot] = earlier[i];
                }
            }
        }
    }
}

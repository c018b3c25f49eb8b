package dev.vitrine.retrieval.session;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The sessions that share most with a history, newer items counting more, propose what stands near
 * the newest item that both have: sequence- and time-aware neighbourhoods (STAN, Garg et al. 2019)
 * without the clock. A model without training, which knows a session as soon as it is over.
 *
 * <p>Immutable and safe for concurrent callers. Scratch space (16 to 32 bytes for each session that
 * a question looks at, and for each item of the nearest) is pooled, at most one per processor; a
 * call allocates nothing while the pool has one that is large enough.
 */
public final class NearestSessions implements CandidateSource {
    static final String KIND = "sessions";
    static final int VERSION = 1;

    private final SessionSearch search;
    private final int items;

    /** Where each session starts among the items of all. */
    private final int[] start;

    private final int[] item;

    /** Where the sessions of each item start, older ones first. */
    private final int[] sessionsStart;

    private final int[] sessions;

    private final ArrayBlockingQueue<Scratch> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /**
     * @param items item numbers are from 0 to below this
     * @param all sessions by time, the oldest first, each with its oldest item first
     */
    public NearestSessions(int items, int[][] all, SessionSearch search) {
        this(items, starts(all), joined(all), search);
    }

    private NearestSessions(int items, int[] start, int[] item, SessionSearch search) {
        this.search = search;
        this.items = items;
        this.start = start;
        this.item = item;
        this.sessionsStart = new int[items + 1];
        int[] last = new int[items];
        Arrays.fill(last, -1);
        for (int s = 0; s < size(); s++) {
            for (int p = start[s]; p < start[s + 1]; p++) {
                if (last[item[p]] != s) {
                    last[item[p]] = s;
                    sessionsStart[item[p] + 1]++;
                }
            }
        }
        for (int i = 0; i < items; i++) {
            sessionsStart[i + 1] += sessionsStart[i];
        }
        this.sessions = new int[sessionsStart[items]];
        int[] next = sessionsStart.clone();
        Arrays.fill(last, -1);
        for (int s = 0; s < size(); s++) {
            for (int p = start[s]; p < start[s + 1]; p++) {
                if (last[item[p]] != s) {
                    last[item[p]] = s;
                    sessions[next[item[p]]++] = s;
                }
            }
        }
    }

    private NearestSessions(NearestSessions same, SessionSearch search) {
        this.search = search;
        this.items = same.items;
        this.start = same.start;
        this.item = same.item;
        this.sessionsStart = same.sessionsStart;
        this.sessions = same.sessions;
    }

    /** The same sessions, searched in another way; they are not copied. */
    public NearestSessions searchedBy(SessionSearch other) {
        return new NearestSessions(this, other);
    }

    private static int[] starts(int[][] all) {
        int[] start = new int[all.length + 1];
        for (int s = 0; s < all.length; s++) {
            start[s + 1] = Math.addExact(start[s], all[s].length);
        }
        return start;
    }

    private static int[] joined(int[][] all) {
        int[] item = new int[Arrays.stream(all).mapToInt(session -> session.length).sum()];
        int at = 0;
        for (int[] session : all) {
            System.arraycopy(session, 0, item, at, session.length);
            at += session.length;
        }
        return item;
    }

    /** How they are searched. */
    public SessionSearch search() {
        return search;
    }

    /** Number of sessions. */
    public int size() {
        return start.length - 1;
    }

    /** Number of items of all sessions together; each takes 8 bytes of memory. */
    public int entries() {
        return item.length;
    }

    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        Scratch scratch = idle.poll();
        if (scratch == null) {
            scratch = new Scratch(Math.min(search.nearest(), Math.max(1, size())));
        }
        findNear(history, scratch);
        int length = 0;
        for (int n = 0; n < scratch.near.size(); n++) {
            length += length(scratch.near.item(n));
        }
        Sums scores = scratch.scores;
        scores.clear(Math.min(length, items));
        for (int n = 0; n < scratch.near.size(); n++) {
            add(scratch.near.item(n), scratch.near.score(n), scratch.places, scores);
        }
        for (int slot = 0; slot <= scores.mask; slot++) {
            int found = scores.keys[slot];
            if (found >= 0 && scores.values[slot] > 0 && allowed.contains(found)) {
                best.offer(found, scores.values[slot]);
            }
        }
        idle.offer(scratch);
    }

    /** The sessions that share most, and where each item stands last in the history, from 1. */
    private void findNear(History history, Scratch scratch) {
        int oldest = Math.max(0, history.size() - search.newest());
        Sums places = scratch.places;
        places.clear(history.size() - oldest);
        Sums shared = scratch.shared;
        shared.clear(Math.min(looks(history, oldest), size()));
        double weight = 1;
        for (int at = history.size() - 1; at >= oldest; at--) {
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
        scratch.near.clear();
        for (int slot = 0; slot <= shared.mask; slot++) {
            int session = shared.keys[slot];
            if (session >= 0) {
                scratch.near.offer(
                        session, (float) (shared.values[slot] / Math.sqrt(length(session))));
            }
        }
        scratch.near.sort();
    }

    private int length(int session) {
        return start[session + 1] - start[session];
    }

    /** Sessions that the items of a history are in, each as often as it has one of them. */
    private int looks(History history, int oldest) {
        long looks = 0;
        for (int at = oldest; at < history.size(); at++) {
            int own = history.items()[at];
            if (own >= 0 && own < items) {
                looks += Math.min(search.recent(), sessionsStart[own + 1] - sessionsStart[own]);
            }
        }
        return (int) Math.min(looks, Integer.MAX_VALUE);
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

    /** Writes the sessions to a file. */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(search.newest());
            out.putInt(search.recent());
            out.putInt(search.nearest());
            out.putDouble(search.fade());
            out.putDouble(search.distance());
            out.putDouble(search.before());
            out.putInts(sessionsStart);
            out.putInts(start);
            out.putInts(item);
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote. In how many sessions each item is stands in the file too, so
     * that there are no more items than the file has room for.
     *
     * @throws VitrineException {@code MODEL_DAMAGED} or {@code MODEL_FORMAT}
     */
    public static NearestSessions load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            SessionSearch search = read(in);
            int[] sessionsStart = in.getInts();
            int[] start = in.getInts();
            int[] item = in.getInts();
            String fault = fault(sessionsStart.length - 1, start, item);
            if (!fault.isEmpty()) {
                throw in.damaged(fault);
            }
            NearestSessions loaded =
                    new NearestSessions(sessionsStart.length - 1, start, item, search);
            if (!Arrays.equals(sessionsStart, loaded.sessionsStart)) {
                throw in.damaged("items are in other numbers of sessions than it says");
            }
            return loaded;
        }
    }

    private static SessionSearch read(TableReader in) {
        try {
            return new SessionSearch(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    in.getDouble(),
                    in.getDouble(),
                    in.getDouble());
        } catch (VitrineException e) {
            throw e.code() == RetrievalError.MODEL_INVALID
                    ? in.damaged(String.valueOf(e.getMessage()))
                    : e;
        }
    }

    /** What is wrong with sessions from a file; empty when nothing is. */
    private static String fault(int items, int[] start, int[] item) {
        if (items < 0
                || start.length < 1
                || start[0] != 0
                || start[start.length - 1] != item.length) {
            return "sessions and their items do not fit together";
        }
        for (int s = 1; s < start.length; s++) {
            if (start[s] < start[s - 1]) {
                return "session " + (s - 1) + " has a negative length";
            }
        }
        for (int i : item) {
            if (i < 0 || i >= items) {
                return "a session has item " + i + " of " + items;
            }
        }
        return "";
    }

    /** Space for one call at a time. */
    private static final class Scratch {
        final Sums places = new Sums();
        final Sums shared = new Sums();
        final Sums scores = new Sums();
        final TopItems near;

        Scratch(int nearest) {
            near = new TopItems(nearest);
        }
    }

    /** Numbers by number, in an open-addressing table that is at most half full. */
    private static final class Sums {
        private int[] keys = new int[0];
        private float[] values = new float[0];
        private int mask;

        /** Makes room for so many keys and forgets all. */
        void clear(int most) {
            int slots = Integer.highestOneBit(Math.max(4, most) * 2) * 2;
            if (keys.length < slots) {
                keys = new int[slots];
                values = new float[slots];
            }
            mask = slots - 1;
            Arrays.fill(keys, 0, slots, -1);
            Arrays.fill(values, 0, slots, 0f);
        }

        private int slot(int key) {
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
            keys[slot] = key;
            values[slot] += value;
        }
    }
}

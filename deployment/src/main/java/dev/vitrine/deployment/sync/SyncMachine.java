package dev.vitrine.deployment.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A synchronisation as a pure state machine: events in, actions out, the time given. A parcel is
 * begun when all that it needs has arrived, at most so many at once, earlier ones first. One that
 * is lost is begun again after a pause that doubles each time, with a random part so that many do
 * not come back at once; after the last attempt it has failed, and so has all that needs it, while
 * the rest goes on. It keeps nothing that would have to survive: after a crash, what has arrived is
 * found at the other side.
 */
public final class SyncMachine {
    private final SyncSettings settings;
    private final SplittableRandom random;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final PriorityQueue<Row> ready = new PriorityQueue<>(Comparator.comparing(r -> r.at));
    private final PriorityQueue<Row> paused =
            new PriorityQueue<>(
                    Comparator.<Row, Instant>comparing(r -> r.notBefore).thenComparing(r -> r.at));
    private final TreeMap<String, String> failed = new TreeMap<>();
    private int underWay;
    private int left;
    private int retries;

    private static final class Row {
        private final Parcel parcel;
        private final int at;
        private final List<Row> neededBy = new ArrayList<>();
        private int missing;
        private int attempts;
        private Instant notBefore = Instant.MIN;
        private boolean over;

        private Row(Parcel parcel, int at) {
            this.parcel = parcel;
            this.at = at;
        }
    }

    /**
     * @param parcels earlier ones are begun first; each needs only others of them
     * @param seed of the random part of the pauses
     */
    public SyncMachine(List<Parcel> parcels, SyncSettings settings, long seed) {
        this.settings = settings;
        this.random = new SplittableRandom(seed);
        for (Parcel parcel : parcels) {
            if (rows.put(parcel.name(), new Row(parcel, rows.size())) != null) {
                throw new IllegalArgumentException(parcel.name() + " is there twice");
            }
        }
        Map<String, Row> byName = new HashMap<>(rows);
        for (Row row : rows.values()) {
            for (String need : row.parcel.needs()) {
                Row needed = byName.get(need);
                if (needed == null) {
                    throw new IllegalArgumentException(row.parcel.name() + " needs " + need);
                }
                needed.neededBy.add(row);
                row.missing++;
            }
        }
        for (Row row : rows.values()) {
            if (row.missing == 0) {
                ready.add(row);
            }
        }
        left = rows.size();
    }

    /** What an event leads to. */
    public List<SyncAction> step(SyncEvent event, Instant now) {
        switch (event) {
            case SyncEvent.Begun begun -> {}
            case SyncEvent.Woken woken -> {}
            case SyncEvent.Arrived arrived -> arrived(row(arrived.name()));
            case SyncEvent.Lost lost -> lost(row(lost.name()), lost, now);
        }
        return next(now);
    }

    private void arrived(Row row) {
        underWay--;
        end(row);
        for (Row next : row.neededBy) {
            next.missing--;
            if (next.missing == 0 && !next.over) {
                ready.add(next);
            }
        }
    }

    private void lost(Row row, SyncEvent.Lost lost, Instant now) {
        underWay--;
        if (!lost.again() || row.attempts >= settings.attempts()) {
            fail(row, lost.why());
            return;
        }
        retries++;
        row.notBefore = now.plus(pause(row.attempts));
        paused.add(row);
    }

    private Duration pause(int attempts) {
        long longest = settings.longestPause().toMillis();
        long pause =
                Math.min(longest, settings.firstPause().toMillis() << Math.min(30, attempts - 1));
        return Duration.ofMillis(pause / 2 + random.nextLong(pause / 2 + 1));
    }

    private void fail(Row row, String why) {
        if (row.over) {
            return;
        }
        end(row);
        failed.put(row.parcel.name(), why);
        List<Row> also = new ArrayList<>(row.neededBy);
        for (int i = 0; i < also.size(); i++) {
            Row next = also.get(i);
            if (!next.over) {
                end(next);
                failed.put(next.parcel.name(), "it needs " + row.parcel.name());
                also.addAll(next.neededBy);
            }
        }
    }

    private void end(Row row) {
        row.over = true;
        left--;
    }

    private List<SyncAction> next(Instant now) {
        while (!paused.isEmpty() && !paused.element().notBefore.isAfter(now)) {
            ready.add(paused.remove());
        }
        List<SyncAction> actions = new ArrayList<>();
        while (underWay < settings.parallel() && !ready.isEmpty()) {
            Row row = ready.remove();
            row.attempts++;
            underWay++;
            actions.add(new SyncAction.Carry(row.parcel, row.attempts));
        }
        if (left == 0) {
            actions.add(new SyncAction.End(new TreeMap<>(failed), retries));
        } else if (actions.isEmpty() && !paused.isEmpty()) {
            actions.add(new SyncAction.Wait(paused.element().notBefore));
        }
        return actions;
    }

    private Row row(String name) {
        Row row = Objects.requireNonNull(rows.get(name), name);
        if (row.over) {
            throw new IllegalStateException(name + " has ended already");
        }
        return row;
    }
}

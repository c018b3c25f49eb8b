package dev.vitrine.data.feature;

import java.util.concurrent.ConcurrentHashMap;

/**
 * For every query of late the items that shoppers chose after it, in bounded rows of decayed
 * weights. The least recently chosen-from query makes room for a new one. One thread writes, any
 * number read.
 */
final class QueryClicks {
    private static final double FARTHEST = 60;

    private final double halfLife;
    private final int most;
    private final int perQuery;
    private final ConcurrentHashMap<String, Query> queries = new ConcurrentHashMap<>();
    private final Recency recency = new Recency();

    /** The weights of one query, scaled forward from {@code landmark} as in {@link PairTable}. */
    private record Clicks(long landmark, long[] row) {}

    private static final class Query extends Recency.Entry {
        final String text;
        volatile Clicks clicks;

        Query(String text, Clicks clicks) {
            this.text = text;
            this.clicks = clicks;
        }
    }

    QueryClicks(double halfLifeMillis, int most, int perQuery) {
        this.halfLife = halfLifeMillis;
        this.most = most;
        this.perQuery = perQuery;
    }

    void add(String text, int item, float weight, long time) {
        Query query = queries.get(text);
        if (query == null) {
            if (queries.size() >= most) {
                Query oldest = (Query) recency.oldest();
                recency.remove(oldest);
                queries.remove(oldest.text);
            }
            query = new Query(text, new Clicks(time, WeightedRow.EMPTY));
            queries.put(text, query);
        }
        recency.touch(query);
        Clicks clicks = query.clicks;
        double age = (time - clicks.landmark) / halfLife;
        if (age > FARTHEST) {
            clicks = new Clicks(time, WeightedRow.rescaled(clicks.row, Exp2.of(-age)));
            query.clicks = clicks;
            age = 0;
        }
        float scaled = (float) (weight * Exp2.of(age));
        if (scaled > 0) {
            long[] row = WeightedRow.add(clicks.row, item, scaled, perQuery);
            if (row.length != clicks.row.length) {
                query.clicks = new Clicks(clicks.landmark, row);
            }
        }
    }

    WeightedItems of(String text, long now) {
        Query query = queries.get(text);
        if (query == null) {
            return WeightedItems.EMPTY;
        }
        Clicks clicks = query.clicks;
        double factor = Exp2.of(Math.min(FARTHEST, (clicks.landmark - now) / halfLife));
        return WeightedRow.sorted(clicks.row, factor);
    }

    void save(StateWriter out) {
        out.putInt(queries.size());
        for (var e = recency.oldest(); !recency.isEnd(e); e = e.newer()) {
            Query query = (Query) e;
            out.putText(query.text);
            out.putLong(query.clicks.landmark);
            Rows.save(query.clicks.row, out);
        }
    }

    void load(StateReader in) {
        int count = in.getCount(most, Short.BYTES + Long.BYTES + Integer.BYTES);
        for (int i = 0; i < count; i++) {
            String text = in.getText();
            Query query = new Query(text, new Clicks(in.getLong(), Rows.load(in, perQuery)));
            queries.put(text, query);
            recency.touch(query);
        }
    }
}

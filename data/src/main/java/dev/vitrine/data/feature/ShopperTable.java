package dev.vitrine.data.feature;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;

/**
 * All shoppers in memory, by the numbers of their user and visitor ids. One thread writes.
 *
 * <p>Readers copy a ledger without a lock and check a stamp afterwards that every change of the
 * ledger's stripe moves; a copy during which something changed is thrown away, and after three such
 * copies the reader takes the stripe's read lock, which holds the writer up for one copy. Readers
 * never hold each other up.
 *
 * <p>Where an event names visitor and user, the visitor's past goes to the user and the visitor's
 * number leads there from then on. A visitor that led to another user before (a shared device)
 * leads to the new one; what it did stays with the old one.
 */
final class ShopperTable {
    private static final int STRIPES = 256;
    private static final int TRIES = 3;

    private final FeatureSettings.ShopperLimits limits;
    private final ConcurrentHashMap<Long, ShopperLedger> byNumber = new ConcurrentHashMap<>();
    private final Recency recency = new Recency();
    private final StampedLock[] stripes = new StampedLock[STRIPES];
    private volatile int size;
    private volatile long merges;
    private volatile long forgotten;

    ShopperTable(FeatureSettings.ShopperLimits limits) {
        this.limits = limits;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new StampedLock();
        }
    }

    StampedLock stripe(ShopperLedger ledger) {
        return stripes[Long.hashCode(ledger.person * 0x9E3779B97F4A7C15L) & (STRIPES - 1)];
    }

    int size() {
        return size;
    }

    long merges() {
        return merges;
    }

    long forgotten() {
        return forgotten;
    }

    /** The ledger that an event of this visitor and user (0 for none) goes to. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    ShopperLedger forEvent(long visitor, long user, long version) {
        ShopperLedger ledger = existing(user != 0 ? user : visitor);
        if (user != 0 && visitor != 0 && visitor != user) {
            ShopperLedger before = byNumber.get(visitor);
            if (before != ledger) {
                join(ledger, visitor, before == null ? ledger : before, version);
            }
        }
        recency.touch(ledger);
        if (size > limits.shoppers()) {
            forget((ShopperLedger) recency.oldest());
            forgotten++;
        }
        return ledger;
    }

    private ShopperLedger existing(long number) {
        ShopperLedger ledger = byNumber.get(number);
        if (ledger == null) {
            ledger = new ShopperLedger(number);
            add(ledger);
        }
        return ledger;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void add(ShopperLedger ledger) {
        byNumber.put(ledger.person, ledger);
        recency.touch(ledger);
        size++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void join(ShopperLedger user, long visitor, ShopperLedger before, long version) {
        boolean own = before != user && before.person == visitor;
        StampedLock lock = stripe(user);
        long stamp = lock.writeLock();
        long dropped;
        try {
            if (own) {
                user.absorb(before, limits);
            }
            dropped = user.addVisitor(visitor, limits.visitors());
            user.version = version;
        } finally {
            lock.unlockWrite(stamp);
        }
        byNumber.put(visitor, user);
        if (dropped != 0) {
            byNumber.remove(dropped, user);
        }
        if (own) {
            // Visitors that led to the absorbed one (it was logged in elsewhere as its own user).
            for (long other : before.visitors()) {
                byNumber.remove(other, before);
            }
            recency.remove(before);
            size--;
            merges++;
        } else if (before != user) {
            before.removeVisitor(visitor);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void forget(ShopperLedger ledger) {
        recency.remove(ledger);
        byNumber.remove(ledger.person, ledger);
        for (long visitor : ledger.visitors()) {
            byNumber.remove(visitor, ledger);
        }
        size--;
    }

    /** What is known of a visitor and a user (0 for none) together. */
    Shopper copy(long visitor, long user) {
        ShopperLedger known = user == 0 ? null : byNumber.get(user);
        ShopperLedger other = visitor == 0 ? null : byNumber.get(visitor);
        if (known == null) {
            // A visitor that leads to another user says nothing about this one.
            return other == null || (user != 0 && other.person != visitor)
                    ? Shopper.UNKNOWN
                    : copy(other);
        }
        if (other == null || other == known || other.person != visitor) {
            return copy(known);
        }
        Shopper past = copy(other);
        Shopper own = copy(known);
        ShopperLedger both = ShopperLedger.of(own);
        both.absorb(ShopperLedger.of(past), limits);
        // Versions are offsets: the mix of two tells all pairs apart and is below any plain one.
        both.version = Long.MIN_VALUE | mix(own.version() * 0x9E3779B97F4A7C15L + past.version());
        return both.copy(limits.interactions());
    }

    private static long mix(long value) {
        long h = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }

    private Shopper copy(ShopperLedger ledger) {
        StampedLock lock = stripe(ledger);
        for (int i = 0; i < TRIES; i++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                Shopper copy = ledger.copy(limits.interactions());
                if (lock.validate(stamp)) {
                    return copy;
                }
            }
        }
        long stamp = lock.readLock();
        try {
            return ledger.copy(limits.interactions());
        } finally {
            lock.unlockRead(stamp);
        }
    }

    void save(StateWriter out) {
        out.putInt(size);
        out.putLong(merges);
        out.putLong(forgotten);
        for (var e = recency.oldest(); !recency.isEnd(e); e = e.newer()) {
            ((ShopperLedger) e).save(out, limits.interactions());
        }
    }

    void load(StateReader in) {
        int count = in.getCount(limits.shoppers(), 2 * Long.BYTES);
        merges = in.getLong();
        forgotten = in.getLong();
        for (int i = 0; i < count; i++) {
            ShopperLedger ledger = ShopperLedger.load(in, limits);
            add(ledger);
            for (long visitor : ledger.visitors()) {
                byNumber.put(visitor, ledger);
            }
        }
    }
}

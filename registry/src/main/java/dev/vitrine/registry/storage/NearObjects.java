package dev.vitrine.registry.storage;

import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Objects of a store far away, of which those called {@code chunks/…} are kept near too when they
 * come by, within a bound; the oldest leave first. Such an object never changes, so that what is
 * near is never out of date; that it is what it should be is checked by whoever reads it, as if it
 * came from far. What the disk near by cannot take is only far.
 */
public final class NearObjects implements ObjectStore {
    private static final System.Logger LOG = System.getLogger(NearObjects.class.getName());
    private static final String KEPT = "chunks/";

    /** Leaves this part of the bound free when it makes room. */
    private static final int ROOM = 10;

    private final ObjectStore far;
    private final DirectoryObjects near;
    private final long most;
    private final AtomicLong held = new AtomicLong();

    private NearObjects(ObjectStore far, DirectoryObjects near, long most) {
        this.far = far;
        this.near = near;
        this.most = most;
    }

    /**
     * Opens one.
     *
     * @param most bytes near by
     */
    public static NearObjects open(
            ObjectStore far, Path directory, long most, InstantSource clock) {
        NearObjects objects = new NearObjects(far, DirectoryObjects.open(directory, clock), most);
        objects.near.list(KEPT, stored -> objects.held.addAndGet(stored.size()));
        return objects;
    }

    @Override
    public boolean create(String name, byte[] content) {
        boolean created = far.create(name, content);
        if (created) {
            keep(name, content);
        }
        return created;
    }

    @Override
    public void replace(String name, byte[] content) {
        far.replace(name, content);
    }

    @Override
    public Optional<byte[]> get(String name) {
        if (!name.startsWith(KEPT)) {
            return far.get(name);
        }
        Optional<byte[]> here = near.get(name);
        if (here.isPresent()) {
            return here;
        }
        Optional<byte[]> found = far.get(name);
        found.ifPresent(content -> keep(name, content));
        return found;
    }

    private void keep(String name, byte[] content) {
        if (!name.startsWith(KEPT) || content.length > most) {
            return;
        }
        try {
            if (near.create(name, content) && held.addAndGet(content.length) > most) {
                makeRoom();
            }
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.WARNING, "not kept near: {0}", e.getMessage());
        }
    }

    private synchronized void makeRoom() {
        List<Stored> all = new ArrayList<>();
        near.list(KEPT, all::add);
        all.sort(Comparator.comparing(Stored::modified));
        long bytes = all.stream().mapToLong(Stored::size).sum();
        for (Stored oldest : all) {
            if (bytes <= most - most / ROOM) {
                break;
            }
            near.delete(oldest.name());
            bytes -= oldest.size();
        }
        held.set(bytes);
    }

    @Override
    public Optional<Stored> find(String name) {
        return far.find(name);
    }

    @Override
    public void list(String prefix, Consumer<Stored> to) {
        far.list(prefix, to);
    }

    @Override
    public void delete(String name) {
        far.delete(name);
        if (name.startsWith(KEPT)) {
            near.delete(name);
        }
    }

    @Override
    public String place() {
        return far.place();
    }

    @Override
    public void close() {
        far.close();
        near.close();
    }
}

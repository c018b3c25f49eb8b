package dev.vitrine.retrieval.vector;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Keeps the scratch space of finished searches for later ones, for a bounded number of them. */
final class SearchPool {
    private final Kernel kernel = Kernel.best();
    private final Rotation rotation;
    private final int dimensions;
    private final AtomicReferenceArray<@Nullable Search> idle =
            new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

    SearchPool(Rotation rotation, int dimensions) {
        this.rotation = rotation;
        this.dimensions = dimensions;
    }

    Search take() {
        for (int i = 0; i < idle.length(); i++) {
            Search search = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
            if (search != null) {
                return search;
            }
        }
        return new Search(kernel, rotation, dimensions);
    }

    void give(Search search) {
        for (int i = 0; i < idle.length(); i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, search)) {
                return;
            }
        }
    }
}

package dev.vitrine.deployment.sync;

import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import dev.vitrine.registry.depot.Depot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/** The parcels of a synchronisation, chunks before artefacts before documents. */
final class Plan {
    private static final long DOCUMENT_BYTES = 1 << 10;

    private final List<Parcel> parcels = new ArrayList<>();
    private final Set<String> planned = new HashSet<>();
    private final List<String> documents = new ArrayList<>();
    private Set<String> known = Set.of();
    private int artifacts;
    private int chunks;
    private long bytes;
    private long shared;

    /** Says which chunks the other side has. */
    void known(Set<String> hashes) {
        known = hashes;
    }

    boolean lacks(Chunk chunk) {
        return !known.contains(chunk.sha256());
    }

    void artifact(String name, ChunkList list) {
        Set<String> needs = new HashSet<>();
        for (Chunk chunk : list.chunks()) {
            String object = Depot.name(chunk);
            if (!lacks(chunk)) {
                shared += chunk.length();
                continue;
            }
            needs.add(object);
            if (planned.add(object)) {
                parcels.add(new Parcel(object, chunk.length(), Set.of()));
                chunks++;
                bytes += chunk.length();
            } else {
                shared += chunk.length();
            }
        }
        artifacts++;
        parcels.add(new Parcel(name, DOCUMENT_BYTES, needs));
    }

    void document(String name, Set<String> needs) {
        documents.add(name);
        parcels.add(new Parcel(name, DOCUMENT_BYTES, needs));
    }

    List<Parcel> parcels() {
        return parcels;
    }

    SyncReport report(SyncAction.End end, SortedMap<String, String> refused) {
        List<String> arrived =
                documents.stream().filter(name -> !end.failed().containsKey(name)).toList();
        return new SyncReport(
                names(arrived, "releases/"),
                names(arrived, "models/"),
                artifacts,
                chunks,
                bytes,
                shared,
                end.retries(),
                refused);
    }

    private static List<String> names(List<String> documents, String prefix) {
        return documents.stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }
}

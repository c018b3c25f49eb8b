package dev.vitrine.training.network;

import dev.vitrine.inference.platform.NativeCache;
import java.nio.file.Path;

/** Where the engine's native libraries are unpacked, once for all homes of a user. */
public final class TorchCache {
    private TorchCache() {}

    /** See {@link NativeCache}. */
    public static Path folder() {
        return NativeCache.folder("torch");
    }
}

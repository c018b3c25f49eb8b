package dev.vitrine.training.network;

import java.nio.file.Path;
import java.util.Map;

/** Where the engine's native libraries are unpacked, once for all homes of a user. */
public final class TorchCache {
    private TorchCache() {}

    /** By {@code VITRINE_CACHE}, else {@code XDG_CACHE_HOME}, else {@code ~/.cache}. */
    public static Path folder() {
        return folder(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    static Path folder(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("VITRINE_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own).resolve("torch");
        }
        String user = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = user.isBlank() ? home.resolve(".cache") : Path.of(user);
        return base.resolve("vitrine").resolve("torch");
    }
}

package dev.vitrine.inference.platform;

import java.nio.file.Path;
import java.util.Map;

/** Where native libraries are unpacked that come in jars, once for all homes of a user. */
public final class NativeCache {
    private NativeCache() {}

    /**
     * By {@code VITRINE_CACHE}, else {@code XDG_CACHE_HOME}, else {@code ~/.cache}.
     *
     * @param library a folder of its own for each
     */
    public static Path folder(String library) {
        return folder(System.getenv(), Path.of(System.getProperty("user.home", ".")))
                .resolve(library);
    }

    static Path folder(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("VITRINE_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String user = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = user.isBlank() ? home.resolve(".cache") : Path.of(user);
        return base.resolve("vitrine");
    }
}

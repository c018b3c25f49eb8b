package dev.vitrine.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which Vitrine this is, as the build wrote it down; the same from class folders and from jars. */
public final class BuildVersion {
    private BuildVersion() {}

    /** The version, and the commit where the build knew it: {@code 0.1.0 (1a2b3c4)}. */
    public static String text() {
        Properties build = new Properties();
        try (InputStream in =
                Objects.requireNonNull(
                        BuildVersion.class.getResourceAsStream("build.properties"))) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String commit = build.getProperty("commit", "");
        return build.getProperty("version", "") + (commit.isEmpty() ? "" : " (" + commit + ")");
    }
}

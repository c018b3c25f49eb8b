package dev.vitrine.server.http;

import dev.vitrine.server.access.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Files that come with the product, from the class path. A name is made of plain segments and ends
 * in a known extension, so it can lead neither out of the folder nor to a folder. Files are kept in
 * memory, as many as the product has; browsers keep them too and ask only whether they changed, of
 * fonts not even that.
 */
final class StaticFiles {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("txt", "text/plain; charset=utf-8"));

    /** Fonts carry their version in their names: what is once there under a name never changes. */
    private static final String KEPT = "public, max-age=31536000, immutable";

    /**
     * Pages run our own scripts and styles only, load nothing from elsewhere, and are not framed.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
                    + " data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action"
                    + " 'none'; frame-ancestors 'none'";

    private final String folder;
    private final Map<String, File> kept = new ConcurrentHashMap<>();

    private record File(String type, String tag, byte[] bytes) {}

    /**
     * @param folder a folder on the class path, such as {@code console}
     */
    StaticFiles(String folder) {
        this.folder = folder;
    }

    /**
     * Finds a file.
     *
     * @param path below the folder, raw; empty for {@code index.html}
     * @param knownTag what the browser has (If-None-Match); empty when nothing
     */
    Optional<Reply> find(String path, String knownTag) {
        return load(path.isEmpty() ? "index.html" : path).map(file -> reply(file, knownTag));
    }

    private static Reply reply(File file, String knownTag) {
        Map<String, String> headers = new HashMap<>();
        headers.put("ETag", file.tag());
        headers.put("Cache-Control", file.type().startsWith("font/") ? KEPT : "no-cache");
        if (file.type().startsWith("text/html")) {
            headers.put("Content-Security-Policy", POLICY);
            headers.put("Referrer-Policy", "no-referrer");
        }
        if (knownTag.equals(file.tag())) {
            return new Reply.Empty(304, headers);
        }
        return new Reply.Whole(200, file.type(), file.bytes(), file.bytes().length, headers);
    }

    private Optional<File> load(String path) {
        File file = kept.get(path);
        if (file != null) {
            return Optional.of(file);
        }
        for (String segment : path.split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches()) {
                return Optional.empty();
            }
        }
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(extension);
        if (type == null) {
            return Optional.empty();
        }
        try (InputStream in =
                StaticFiles.class.getClassLoader().getResourceAsStream(folder + "/" + path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            File loaded = new File(type, '"' + Sha256.hex(bytes).substring(0, 20) + '"', bytes);
            kept.put(path, loaded);
            return Optional.of(loaded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
